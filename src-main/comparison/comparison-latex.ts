/** A comparison as a LaTeX table for a paper: booktabs, mean ± std (n), the best in bold, a dagger at a corrected p < 0.05. */
import {
  significance,
  differenceText,
  type Comparison,
  type ComparisonGroup,
  type GroupMember,
} from '@shared/results/comparison.ts'
import { bestGroups, isSignificant, printedScore } from '@shared/results/comparison-columns.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { latexComment, latexText } from './latex-text.ts'

/**
 * The comparison as a `tabular`, one row a group, with its origin in comments.
 *
 * @param comparison groups side by side
 * @param provenance lines for the comment, such as version and date; runs, seeds and notes are added
 */
export function comparisonLatex(comparison: Comparison, provenance: readonly string[] = []): string {
  const { groups } = comparison
  const best = bestGroups(groups)
  const costs = (['step', 'epoch', 'run'] as const).filter((kind) =>
    groups.some((group) => costOf(group, kind) !== null),
  )
  const header = ['Method', headline(groups), ...costs.map((kind) => costTitles[kind])]
  const rows = groups.map((group) => [
    `${latexText(group.label)}${group.differsFromBaseline.length === 0 ? '' : '$^{\\ddagger}$'}`,
    scoreCell(group, best.has(group.groupId)),
    ...costs.map((kind) => costCell(group, kind)),
  ])
  return [
    ...commentLines(comparison, provenance),
    `\\begin{tabular}{l${'c'.repeat(header.length - 1)}}`,
    '\\toprule',
    tableRow(header),
    '\\midrule',
    ...rows.map(tableRow),
    '\\bottomrule',
    ...groups.flatMap((group) => footnoteRow(group, header.length)),
    '\\end{tabular}',
    '',
  ].join('\n')
}

/** In what a marked group differs, where a reader of the paper sees it. */
function footnoteRow({ label, differsFromBaseline }: ComparisonGroup, columns: number): string[] {
  if (differsFromBaseline.length === 0) return []
  const text = latexText(`${label}: ${differenceText(differsFromBaseline)}`)
  return [`\\multicolumn{${columns}}{l}{\\footnotesize $^{\\ddagger}$ ${text}} \\\\`]
}

function tableRow(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`
}

/** The metric's name where all groups share it; else each cell names its own. */
function headline(groups: readonly ComparisonGroup[]): string {
  const ids = new Set(groups.map(({ metric }) => metric))
  const [only] = ids
  return ids.size === 1 && only !== undefined ? latexText(metrics[only].label) : 'Score'
}

function scoreCell(group: ComparisonGroup, isBest: boolean): string {
  if (group.best === null) return '--'
  const { mean, std, n } = group.best
  const score = printedScore(group.metric, mean)
  const spread = std === null ? '' : ` $\\pm$ ${printedScore(group.metric, std)}`
  const dagger = isSignificant(group.difference) ? '$^{\\dagger}$' : ''
  return `${isBest ? `\\textbf{${score}}` : score}${spread}${dagger} (${n})`
}

type Cost = 'step' | 'epoch' | 'run'

/** The same names as in tables, reports and records. */
const costTitles: Readonly<Record<Cost, string>> = {
  step: 'Step overhead',
  epoch: 'Epoch overhead',
  run: 'Run overhead',
}

function costOf({ overhead }: ComparisonGroup, kind: Cost): number | null {
  return kind === 'run' ? overhead.run : (overhead[kind]?.mean ?? null)
}

function costCell(group: ComparisonGroup, kind: Cost): string {
  const ratio = costOf(group, kind)
  return ratio === null ? '--' : `${ratio.toFixed(2)}$\\times$`
}

function commentLines(comparison: Comparison, provenance: readonly string[]): string[] {
  const { groups, baselineGroupId, notes, leftOut } = comparison
  const base = groups.find(({ groupId }) => groupId === baselineGroupId)
  return [
    'Needs \\usepackage{booktabs}. Scores at the best validation epoch: mean, standard deviation (n - 1) and number of runs.',
    ...(base === undefined
      ? []
      : [`Dagger: p < ${significance} against ${base.label}, two-sided Welch test, corrected by Holm.`]),
    'Overheads on warm training time: step and epoch, regularized over plain; run, training time over the baseline.',
    ...provenance,
    ...groups.map(
      ({ groupId, label, members }) => `${label} (${groupId}): ${members.map(memberText).join(', ')}`,
    ),
    ...groups.flatMap(differenceLine),
    ...groups.map(timeLine),
    ...leftOut.map(({ runId, reason }) => `Left out: ${runId}: ${reason}`),
    ...notes.map((note) => `Note: ${note}`),
  ].map((line) => `% ${latexComment(line)}`)
}

function memberText({ runId, seed, bestEpoch, bestPhase, evaluatedEpochs }: GroupMember): string {
  const best =
    bestEpoch === null
      ? ''
      : `, best at epoch ${bestEpoch} of ${evaluatedEpochs}, ${bestPhase ?? 'unknown phase'}`
  return `${runId} seed ${seed}${best}`
}

/** A group's difference with every p-value, for who wants to cite one. */
function differenceLine({ label, difference }: ComparisonGroup): string[] {
  if (difference === null) return []
  const { pValue, correctedPValue, paired } = difference
  const text = (p: number | null): string => (p === null ? '--' : p.toPrecision(3))
  return [
    `${label}: difference ${difference.difference.toPrecision(4)}; Welch p = ${text(pValue)}, Holm ${text(correctedPValue)}` +
      (paired === null
        ? ''
        : `; paired over seeds ${paired.seeds.join(', ')}: p = ${text(paired.pValue)}, Holm ${text(paired.correctedPValue)}`),
  ]
}

/** A group's overheads with more digits than the table has, and the time to its best scores. */
function timeLine(group: ComparisonGroup): string {
  const text = (value: number | null): string => (value === null ? '--' : value.toPrecision(4))
  const overheads = (['step', 'epoch', 'run'] as const).map((kind) => `${kind} ${text(costOf(group, kind))}`)
  const plainOf = group.overhead.plainOf === 'baseline' ? ' (against the baseline’s plain ones)' : ''
  return `${group.label}: overheads: ${overheads.join(', ')}${plainOf}; seconds of training to the best epoch: ${text(group.secondsToBest?.mean ?? null)}`
}
