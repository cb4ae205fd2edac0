/** What a reader must know before believing a comparison. */
import { metrics, type MetricId } from '@shared/tasks/metric.ts'
import { isEnded } from '@shared/results/run-status.ts'
import { differenceText, type ComparisonGroup } from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { differingObjectives } from '@shared/results/training-objectives.ts'
import { isTimedAlike, machineOf } from './group-overhead.ts'
import { isScoredAlike, type RunGroup } from './group-runs.ts'
import { selectionNotes, type Labels } from './selection-notes.ts'

/**
 * Remarks on a comparison: failed and unfinished runs by name, undefined scores, unequal seeds, few runs, different machines, tasks that
 * cannot be subtracted from one another, runs ended early, times that cannot be divided, what was chosen on the split that
 * scores are read on.
 *
 * @param groups the groups with their runs
 * @param described the same groups as the comparison shows them
 * @param base the baseline group
 */
export function comparisonNotes(
  groups: readonly RunGroup[],
  described: readonly ComparisonGroup[],
  base: RunGroup | null,
): string[] {
  const runs = groups.flatMap((group) => group.runs)
  const labels = new Map(described.map(({ groupId, label }) => [groupId, label]))
  return [
    ...failedNotes(groups, labels),
    ...undefinedNotes(described),
    ...unfinishedNotes(runs),
    ...seedNotes(groups, labels),
    ...fewRunsNotes(described),
    ...curveNotes(described),
    ...objectiveNotes(described),
    ...drawnRowsNotes(runs),
    ...machineNotes(runs),
    ...apartNotes(groups, labels, base),
    ...differsNotes(described),
    ...timeNotes(groups, labels, base),
    ...sourceNotes(runs),
    ...selectionNotes(groups, described, base),
  ]
}

/** Where the seed draws the training rows, it varies the sample too. */
function drawnRowsNotes(runs: readonly RunSummary[]): string[] {
  const drawn = runs.flatMap(({ rows }) => (rows?.train.how === 'drawn' ? [rows.train] : []))
  const first = runs.flatMap(({ rows, runId }) => (rows?.train.how === 'first' ? [runId] : []))
  const sizes = [...new Set(drawn.map(({ examples, of }) => `${examples} of ${of}`))]
  return [
    ...(sizes.length === 0
      ? []
      : [
          `Each seed draws its own training rows (${sizes.join('; ')}), the same for every method of equal limits: ± holds the chance of the sample too. Validation rows are the same for all.`,
        ]),
    ...(first.length === 0
      ? []
      : [`Trained on the first rows of the data set, as older versions did: ${first.join(', ')}.`]),
  ]
}

function failedNotes(groups: readonly RunGroup[], labels: Labels): string[] {
  return groups.flatMap((group) => {
    const failed = group.runs.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return []
    const named = failed.map((run) => `${run.runId} (seed ${run.config.training.seed}${reason(run)})`)
    return [
      `${labels.get(group.groupId) ?? group.groupId}: ${failed.length} of ${group.runs.length} runs failed and ${failed.length === 1 ? 'is' : 'are'} not counted: ${named.join('; ')}.`,
    ]
  })
}

/** Runs that have no score because it is undefined: what is left is the mean of the others, and not of all. */
function undefinedNotes(described: readonly ComparisonGroup[]): string[] {
  return described.flatMap(({ label, best, members, metric, metricsAtBest }) => {
    const without = members.filter(({ undefinedScore }) => undefinedScore !== null)
    const named = without.map((run) => `${run.runId} (seed ${run.seed}): ${run.undefinedScore ?? ''}`)
    const partly = Object.entries(metricsAtBest).flatMap(([id, spread]) =>
      best !== null && spread.n < best.n
        ? [`${metrics[id as MetricId].label} in ${spread.n} of ${best.n} runs`]
        : [],
    )
    return [
      ...(without.length === 0
        ? []
        : [
            `${label}: ${metrics[metric].label} is undefined in ${without.length} of ${members.length} runs, which are not counted; a mean without them is that of the better runs. ${named.join(' ')}`,
          ]),
      ...(partly.length === 0 ? [] : [`${label}: at the best epoch, defined only are ${partly.join(', ')}.`]),
    ]
  })
}

function reason(run: RunSummary): string {
  return run.failure === null ? '' : `: ${run.failure.code}`
}

function unfinishedNotes(runs: readonly RunSummary[]): string[] {
  const open = runs.filter(
    ({ status }) => !isEnded(status) || status === 'paused' || status === 'interrupted',
  )
  const stopped = runs.filter(({ status }) => status === 'stopped')
  return [
    ...(open.length === 0
      ? []
      : [
          `Not finished, counted with what they have so far: ${open.map((run) => `${run.runId} (${run.status})`).join(', ')}.`,
        ]),
    ...(stopped.length === 0
      ? []
      : [`Ended early at a person’s wish: ${stopped.map(({ runId }) => runId).join(', ')}.`]),
  ]
}

function seedNotes(groups: readonly RunGroup[], labels: Labels): string[] {
  const seeds = groups.map((group) => group.runs.map((run) => run.config.training.seed).sort((a, b) => a - b))
  const repeated = groups.flatMap((group, index) =>
    new Set(seeds[index]).size < seeds[index]!.length
      ? [
          `${labels.get(group.groupId) ?? group.groupId} holds several runs of the same seed: they are no independent repetitions.`,
        ]
      : [],
  )
  const distinct = new Set(seeds.map((list) => list.join(', ')))
  if (distinct.size <= 1) return repeated
  const each = groups.map(
    (group, index) => `${labels.get(group.groupId) ?? group.groupId}: ${seeds[index]!.join(', ')}`,
  )
  return [...repeated, `The groups have different seeds (${each.join('; ')}).`]
}

function fewRunsNotes(described: readonly ComparisonGroup[]): string[] {
  const few = described.filter(({ best }) => best !== null && best.n < 3)
  if (few.length === 0) return []
  const each = few.map(({ label, best }) => `${label}: n = ${best?.n ?? 0}`)
  return [`Fewer than three runs in a group say little about its spread (${each.join('; ')}).`]
}

/** Groups whose curves leave runs out, because these failed, ended earlier or are not that far yet. */
function curveNotes(described: readonly ComparisonGroup[]): string[] {
  const each = described.flatMap(({ label, curve, members }) => {
    const short = curve.filter(({ trainLoss }) => trainLoss.n < members.length)
    const [first] = short
    if (first === undefined) return []
    const counts = [...new Set(short.map(({ trainLoss }) => trainLoss.n))].sort((a, b) => b - a)
    const runs = counts.length === 1 ? String(counts[0]) : `${counts[0]} down to ${counts.at(-1)}`
    return [{ label, text: `from epoch ${first.epoch} on, ${runs} of ${members.length}` }]
  })
  if (each.length === 0) return []
  const isSame = each.length === described.length && new Set(each.map(({ text }) => text)).size === 1
  const texts = isSame
    ? [`${each[0]!.text} in every group`]
    : each.map(({ label, text }) => `${label}: ${text}`)
  return [`Curves whose means are over fewer runs than the group has: ${texts.join('; ')}.`]
}

function objectiveNotes(described: readonly ComparisonGroup[]): string[] {
  const differing = differingObjectives(described)
  return differing === null
    ? []
    : [
        `Training losses are ${differing.summary} (${differing.details}). Validation losses are the task’s loss alone, and can be compared.`,
      ]
}

function machineNotes(runs: readonly RunSummary[]): string[] {
  const machines = [...new Set(runs.map(machineOf).filter((name) => name !== null))]
  if (machines.length <= 1) return []
  return [
    `The runs were made on different machines or engines; their times are not compared: ${machines.join('; ')}.`,
  ]
}

function apartNotes(groups: readonly RunGroup[], labels: Labels, base: RunGroup | null): string[] {
  if (base === null) return []
  const apart = groups.filter((group) => !isScoredAlike(base, group))
  if (apart.length === 0) return []
  const names = apart.map(({ groupId }) => labels.get(groupId) ?? groupId)
  return [
    `On another task or other examples than the baseline, so without a difference: ${names.join('; ')}.`,
  ]
}

function differsNotes(described: readonly ComparisonGroup[]): string[] {
  const each = described.flatMap(({ label, differsFromBaseline }) =>
    differsFromBaseline.length === 0 ? [] : [`${label}: ${differenceText(differsFromBaseline)}`],
  )
  if (each.length === 0) return []
  return [
    `Differ from the baseline beside the method, so that a difference in scores may come from there: ${each.join('; ')}.`,
  ]
}

function timeNotes(groups: readonly RunGroup[], labels: Labels, base: RunGroup | null): string[] {
  if (base === null) return []
  const apart = groups.filter((group) => !isTimedAlike(base, group))
  if (apart.length === 0) return []
  const names = apart.map(({ groupId }) => labels.get(groupId) ?? groupId)
  return [
    `Other data, checkpoint, batches, precision, padded lengths or compilation than the baseline, so that their times are not divided by the baseline’s: ${names.join('; ')}.`,
  ]
}

function sourceNotes(runs: readonly RunSummary[]): string[] {
  const calibrated = runs.filter(
    ({ secondsSource, epochs }) => secondsSource === 'calibrated' && epochs.length > 0,
  )
  if (calibrated.length === 0 || calibrated.length === runs.length) return []
  return [
    `The parts of an epoch's time are estimated by calibration in ${calibrated.map(({ runId }) => runId).join(', ')}, and measured in the others.`,
  ]
}
