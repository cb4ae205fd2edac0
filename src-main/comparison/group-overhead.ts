/** What a group's method costs, and between which groups times may be divided. The quantities are those of `training-time`. */
import type { GroupOverhead, Spread } from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { epochTrainingSeconds, ratio, runTrainingSeconds } from '@shared/results/training-time.ts'
import { countedRuns, differingKeys, finishedRuns, type RunGroup } from './group-runs.ts'
import { spreadOf } from './spread.ts'

/** Settings on which the time of a step does not depend. Any other, a new one too, keeps times from being divided. */
const timeless: ReadonlySet<string> = new Set([
  'training.learningRate',
  'training.learningRateSchedule',
  'training.warmupRatio',
  'training.weightDecay',
  'training.maxGradientNorm',
  'training.maxEpochs',
  'training.patience',
  'limits.validationExamples',
])

/**
 * Overheads of a group: step and epoch within each run, as its record has them; where a run has no plain epochs, against the
 * baseline's; and the whole training against the baseline's.
 *
 * @param group the group
 * @param base the baseline group, which may be the same; null without one
 */
export function groupOverhead(group: RunGroup, base: RunGroup | null): GroupOverhead {
  const unit = base !== null && isTimedAlike(base, group) && machinesOf(base, group).size <= 1 ? base : null
  const run = unit === null ? null : ratio(meanRunSeconds(group), meanRunSeconds(unit))
  const own = ratiosOf(group, ({ overhead }) => overhead)
  if (own.step !== null || own.epoch !== null) return { ...own, plainOf: 'own', run }
  const plainStep = unit === null ? null : meanOfRuns(unit, ({ stepMs }) => stepMs.fineTuning)
  const plainEpoch =
    unit === null ? null : meanOfRuns(unit, ({ epochs }) => epochTrainingSeconds(epochs, 'fine-tuning'))
  const against = ratiosOf(group, ({ stepMs, epochs }) => ({
    step: ratio(stepMs.regularized, plainStep),
    epoch: ratio(epochTrainingSeconds(epochs, 'regularized'), plainEpoch),
  }))
  const isKnown = against.step !== null || against.epoch !== null
  return { ...against, plainOf: isKnown ? 'baseline' : null, run }
}

function ratiosOf(
  group: RunGroup,
  overheadOf: (run: RunSummary) => RunSummary['overhead'],
): { readonly step: Spread | null; readonly epoch: Spread | null } {
  const overheads = countedRuns(group).map(overheadOf)
  return {
    step: spreadOf(overheads.flatMap(({ step }) => step ?? [])),
    epoch: spreadOf(overheads.flatMap(({ epoch }) => epoch ?? [])),
  }
}

function meanRunSeconds(group: RunGroup): number | null {
  return spreadOf(finishedRuns(group).flatMap((run) => runTrainingSeconds(run) ?? []))?.mean ?? null
}

function meanOfRuns(group: RunGroup, value: (run: RunSummary) => number | null): number | null {
  return spreadOf(countedRuns(group).flatMap((run) => value(run) ?? []))?.mean ?? null
}

/**
 * What carried out a run, as far as times depend on it; null before it started.
 *
 * @param run a run
 */
export function machineOf(run: RunSummary): string | null {
  if (run.engine === null) return null
  const { backend, mode, device, threads } = run.engine
  return `${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${backend}, ${mode}`
}

function machinesOf(...groups: readonly RunGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => countedRuns(group).flatMap((run) => machineOf(run) ?? [])))
}

/**
 * Whether two groups' steps do the same work but for the method, in the same shapes and kernels, so that their times may be
 * divided by one another. What an older lab did not record counts as alike.
 *
 * @param left one group
 * @param right the other
 */
export function isTimedAlike(left: RunGroup, right: RunGroup): boolean {
  const keys = differingKeys([left, right]).filter((key) => !key.startsWith('method.') && !timeless.has(key))
  const known = [...countedRuns(left), ...countedRuns(right)].flatMap(({ execution }) => execution ?? [])
  const distinct = new Set(known.map(({ fusion, paddedLengths }) => [fusion, ...paddedLengths].join(' ')))
  return keys.length === 0 && distinct.size <= 1
}
