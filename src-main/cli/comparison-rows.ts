/** The comparison table's columns, for the terminal and the report alike. */
import type { Comparison, ComparisonGroup } from '@shared/results/comparison.ts'
import {
  bestEpochsText,
  evaluatedText,
  optionalColumns,
  plainBestText,
  type OptionalColumns,
} from '@shared/results/comparison-columns.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { formatDuration } from './duration.ts'
import { formatFactor, formatSpread, missing } from './score-text.ts'
import { textTable, type Column } from './text-table.ts'
import { oneLine } from '@shared/text/visible-text.ts'

function difference(group: ComparisonGroup): string {
  if (group.difference === null) return missing
  const scaled =
    metrics[group.metric].format === 'percent'
      ? group.difference.difference * 100
      : group.difference.difference
  const digits = metrics[group.metric].format === 'percent' ? 1 : 4
  if (Math.abs(scaled) < 0.5 * 10 ** -digits) return `±${(0).toFixed(digits)}`
  return `${scaled > 0 ? '+' : ''}${scaled.toFixed(digits)}`
}

function pText(value: number | null | undefined): string {
  if (value == null) return missing
  return value < 0.001 ? '< 0.001' : value.toFixed(3)
}

const milliseconds = (spread: { readonly mean: number } | null): string =>
  spread === null ? missing : `${spread.mean < 100 ? spread.mean.toFixed(1) : Math.round(spread.mean)} ms`

/** In what a group differs from the baseline beside the method, next to the difference that may come from it. */
function differsColumn({ groups }: Comparison): Column<ComparisonGroup>[] {
  if (groups.every(({ differsFromBaseline }) => differsFromBaseline.length === 0)) return []
  const cell = ({ differsFromBaseline }: ComparisonGroup): string =>
    differsFromBaseline.map(({ name }) => name).join(', ') || '–'
  return [{ title: 'Differs in', cell }]
}

/** Which epochs the scores are of, how many of these were plain ones of a method that alternates, and out of how many. */
function bestEpochColumns({ hasEvaluated }: OptionalColumns): Column<ComparisonGroup>[] {
  const right = { align: 'right' } as const
  return [
    { title: 'Best epoch', cell: bestEpochCell, ...right },
    ...(hasEvaluated
      ? [
          {
            title: 'Epochs evaluated',
            cell: ({ members }: ComparisonGroup) => evaluatedText(members) ?? missing,
            ...right,
          },
        ]
      : []),
  ]
}

function bestEpochCell(group: ComparisonGroup): string {
  const plain = plainBestText(group)
  return `${bestEpochsText(group.members) ?? missing}${plain === null ? '' : ` (${plain})`}`
}

/** Raw and corrected p-values, and paired ones where seeds match. A single test needs no correction. */
function pColumns({ hasCorrection, hasPaired }: OptionalColumns): Column<ComparisonGroup>[] {
  const right = { align: 'right' } as const
  const holm = (corrected: number | null | undefined): string =>
    hasCorrection && corrected != null ? ` (${pText(corrected)})` : ''
  return [
    {
      title: hasCorrection ? 'p (Holm)' : 'p',
      cell: ({ difference: of }) => `${pText(of?.pValue)}${holm(of?.correctedPValue)}`,
      ...right,
    },
    ...(hasPaired
      ? [
          {
            title: hasCorrection ? 'paired p (Holm)' : 'paired p',
            cell: ({ difference: of }: ComparisonGroup) =>
              `${pText(of?.paired?.pValue)}${holm(of?.paired?.correctedPValue)}`,
            ...right,
          },
        ]
      : []),
  ]
}

/** First column of both tables. */
function methodColumn({ baselineGroupId }: Comparison): Column<ComparisonGroup> {
  return {
    title: 'Method',
    cell: ({ label, groupId }) => `${label}${groupId === baselineGroupId ? ' (baseline)' : ''}`,
  }
}

/**
 * Columns about scores: at the best validation epoch, over how many runs, the difference from the baseline and its tests.
 *
 * @param comparison decides whether columns about a baseline appear, and how the score's column is called
 */
export function scoreColumns(comparison: Comparison): Column<ComparisonGroup>[] {
  const names = new Set(comparison.groups.map((group) => metrics[group.metric].label))
  const right = { align: 'right' } as const
  const optional = optionalColumns(comparison)
  return [
    methodColumn(comparison),
    {
      title: names.size === 1 ? [...names].join('') : 'Score',
      cell: (group) => formatSpread(group.metric, group.best),
      ...right,
    },
    { title: 'n', cell: nText, ...right },
    ...bestEpochColumns(optional),
    ...(comparison.baselineGroupId === null
      ? []
      : [
          { title: 'Difference', cell: difference, ...right },
          ...pColumns(optional),
          ...differsColumn(comparison),
        ]),
  ]
}

/** Runs with a score, and of how many where others have none. */
function nText({ best, members }: ComparisonGroup): string {
  const n = best?.n ?? 0
  return n < members.length ? `${n} of ${members.length}` : String(n)
}

/**
 * Columns about time: steps, overheads, time to the best epoch.
 *
 * @param comparison decides whether the column about a baseline appears
 */
export function costColumns(comparison: Comparison): Column<ComparisonGroup>[] {
  const right = { align: 'right' } as const
  return [
    methodColumn(comparison),
    { title: 'FT step', cell: (group) => milliseconds(group.stepMs.fineTuning), ...right },
    { title: 'Regularized step', cell: (group) => milliseconds(group.stepMs.regularized), ...right },
    { title: 'Step overhead', cell: (group) => formatFactor(group.overhead.step?.mean ?? null), ...right },
    { title: 'Epoch overhead', cell: (group) => formatFactor(group.overhead.epoch?.mean ?? null), ...right },
    ...(comparison.baselineGroupId === null
      ? []
      : [
          {
            title: 'Run overhead',
            cell: (group: ComparisonGroup) => formatFactor(group.overhead.run),
            ...right,
          },
        ]),
    {
      title: 'Time to best',
      cell: (group) => (group.secondsToBest === null ? missing : formatDuration(group.secondsToBest.mean)),
      ...right,
    },
  ]
}

/**
 * Both tables for a terminal, one below the other: together they would be wider than most.
 *
 * @param comparison groups side by side
 */
export function comparisonTables(comparison: Comparison): string {
  return [scoreColumns(comparison), costColumns(comparison)]
    .map((columns) => textTable(columns, comparison.groups))
    .join('\n\n')
}

/**
 * What stands below the tables: runs left out, and what a reader must know.
 *
 * @param comparison groups side by side
 */
export function comparisonRemarks(comparison: Comparison): string[] {
  return [
    ...comparison.leftOut.map(({ runId, reason }) => `Left out: ${runId}: ${oneLine(reason)}`),
    ...comparison.notes.map((note) => `Note: ${oneLine(note)}`),
  ]
}
