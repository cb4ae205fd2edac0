/** Runs side by side: groups over seeds, difference from a baseline, curves, cost. Every number over all runs of a group. */
import { LabError } from '@shared/failures/failure.ts'
import type {
  Comparison,
  ComparisonGroup,
  EpochCurvePoint,
  GroupMember,
  Spread,
} from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { runTrainingSeconds, secondsToBest, startUpSeconds } from '@shared/results/training-time.ts'
import { preparatoryEpochs } from '@shared/config/training-stages.ts'
import { whyNoBest } from '@shared/results/undefined-score.ts'
import { metrics, type MetricId } from '@shared/tasks/metric.ts'
import { tasks } from '@shared/tasks/task.ts'
import { baselineDifferences } from './baseline-differences.ts'
import { comparisonNotes } from './comparison-notes.ts'
import { meanEpochSeconds } from './epoch-cost.ts'
import { groupOverhead } from './group-overhead.ts'
import {
  countedRuns,
  finishedRuns,
  differingKeys,
  differencesFromBase,
  groupLabels,
  groupRuns,
  isScoredAlike,
  type RunGroup,
} from './group-runs.ts'
import { spreadOf } from './spread.ts'

/**
 * Compares runs. Runs equal in all settings but seed and name form a group. A failed run stays a named member but gives
 * no numbers; an unfinished run counts with what it has so far; a cancelled one, or one given twice, is left out. Scores
 * are those of each run's best validation epoch; one that is undefined is no number, and every n counts those that are. The baseline is a group or the group of a run; without one given, the
 * group of plain fine-tuning, if there is exactly one.
 *
 * @param records the runs, in the order in which groups and members shall appear
 * @param baseline identifier of a group or run; null or left out for the default
 * @param unreadable runs asked for whose records cannot be read; they are left out by name
 * @failure not-found when `baseline` is neither a group nor a run of the comparison
 */
export function compareRuns(
  records: readonly RunSummary[],
  baseline: string | null = null,
  unreadable: Comparison['leftOut'] = [],
): Comparison {
  const { kept, leftOut } = sortOut(records)
  const groups = groupRuns(kept)
  const differing = differingKeys(groups)
  const labels = groupLabels(groups, differing)
  const base = chooseBaseline(groups, baseline)
  const described = withDifferences(
    groups,
    groups.map((group, index) => ({ ...describeGroup(group, differing, base), label: labels[index]! })),
    base,
  )
  return {
    baselineGroupId: base?.groupId ?? null,
    groups: described,
    leftOut: [...leftOut, ...unreadable],
    notes: comparisonNotes(groups, described, base),
  }
}

function sortOut(records: readonly RunSummary[]): {
  readonly kept: readonly RunSummary[]
  readonly leftOut: Comparison['leftOut']
} {
  const seen = new Set<string>()
  const kept: RunSummary[] = []
  const leftOut: { runId: string; reason: string }[] = []
  for (const run of records) {
    if (seen.has(run.runId)) continue
    seen.add(run.runId)
    if (run.status === 'cancelled') leftOut.push({ runId: run.runId, reason: 'It was cancelled.' })
    else kept.push(run)
  }
  return { kept, leftOut }
}

function chooseBaseline(groups: readonly RunGroup[], baseline: string | null): RunGroup | null {
  if (baseline === null) {
    const plain = groups.filter(({ config }) => config.method.kind === 'fine-tuning')
    return plain.length === 1 ? plain[0]! : null
  }
  const chosen = groups.find(
    ({ groupId, runs }) => groupId === baseline || runs.some(({ runId }) => runId === baseline),
  )
  if (chosen !== undefined) return chosen
  throw new LabError(
    'not-found',
    `The baseline “${baseline}” is none of the ${groups.length} groups compared and none of their runs.`,
    `Choose one of ${groups.map(({ groupId }) => groupId).join(', ')}.`,
  )
}

function describeGroup(
  group: RunGroup,
  differing: readonly string[],
  base: RunGroup | null,
): ComparisonGroup {
  const runs = countedRuns(group)
  const { metrics: taskMetrics } = tasks[group.config.task]
  const [metric, ...others] = taskMetrics
  const best = spreadOf(finite(runs.map((run) => run.best?.value)))
  return {
    groupId: group.groupId,
    label: '',
    method: group.config.method.kind,
    differsFromBaseline: differencesFromBase(group, base),
    differingSettings: Object.fromEntries(differing.map((key) => [key, group.settings.get(key) ?? null])),
    task: group.config.task,
    metric,
    members: group.runs.map(describeMember),
    best,
    metricsAtBest: spreadsBy(others, (id) => finite(runs.map((run) => epochAtBest(run)?.metrics[id]))),
    difference: null,
    curve: curveOf(runs, taskMetrics),
    stepMs: {
      fineTuning: spreadOf(finite(runs.map((run) => run.stepMs.fineTuning))),
      regularized: spreadOf(finite(runs.map((run) => run.stepMs.regularized))),
    },
    overhead: groupOverhead(group, base),
    trainingSeconds: spreadOf(finite(finishedRuns(group).map((run) => runTrainingSeconds(run)))),
    secondsToBest: spreadOf(finite(finishedRuns(group).map(secondsToBest))),
    startUpSeconds: spreadOf(finite(runs.map(({ epochs }) => startUpSeconds(epochs)))),
    epochSeconds: meanEpochSeconds(runs),
  }
}

function describeMember(run: RunSummary): GroupMember {
  const best = run.status === 'failed' ? null : run.best
  return {
    runId: run.runId,
    name: run.name,
    seed: run.config.training.seed,
    status: run.status,
    best: best?.value ?? null,
    bestEpoch: best?.epoch ?? null,
    bestPhase: best === null ? null : (epochAtBest(run)?.phase ?? null),
    evaluatedEpochs: Math.max(0, run.epochs.length - preparatoryEpochs(run.config.method)),
    undefinedScore: run.status === 'failed' ? null : whyNoBest(run),
  }
}

/** Scores of different tasks, data or validation examples cannot be subtracted from one another. */
function withDifferences(
  groups: readonly RunGroup[],
  described: readonly ComparisonGroup[],
  base: RunGroup | null,
): ComparisonGroup[] {
  const baseline = described.find(({ groupId }) => groupId === base?.groupId)
  if (base === null || baseline === undefined) return [...described]
  const compared = described.map((group, index) =>
    group === baseline || !isScoredAlike(base, groups[index]!) ? null : group,
  )
  const differences = baselineDifferences(compared, baseline)
  return described.map((group, index) => ({ ...group, difference: differences[index] ?? null }))
}

function epochAtBest(run: RunSummary): RunSummary['epochs'][number] | undefined {
  return run.epochs.find(({ epoch }) => epoch === run.best?.epoch)
}

function curveOf(runs: readonly RunSummary[], metricIds: readonly MetricId[]): EpochCurvePoint[] {
  const last = Math.max(0, ...runs.map(({ epochs }) => epochs.length))
  return Array.from({ length: last }, (_, index) => index + 1).flatMap((epoch): EpochCurvePoint[] => {
    const reached = runs.flatMap((run) => run.epochs.filter((summary) => summary.epoch === epoch))
    const trainLoss = spreadOf(finite(reached.map((summary) => summary.trainLoss)))
    const validationLoss = spreadOf(finite(reached.map((summary) => summary.validationLoss)))
    if (trainLoss === null || validationLoss === null) return []
    return [
      {
        epoch,
        phase: reached[0]!.phase,
        trainLoss,
        validationLoss,
        metrics: spreadsBy(metricIds, (id) => finite(reached.map((summary) => summary.metrics[id]))),
      },
    ]
  })
}

function spreadsBy(
  metricIds: readonly MetricId[],
  values: (id: MetricId) => readonly number[],
): Partial<Record<MetricId, Spread>> {
  return Object.fromEntries(
    metricIds.flatMap((id) => {
      const spread = spreadOf(values(metrics[id].id))
      return spread === null ? [] : [[id, spread]]
    }),
  )
}

/** The numbers that are there. */
function finite(values: readonly (number | null | undefined)[]): number[] {
  return values.filter(
    (value): value is number => value !== null && value !== undefined && Number.isFinite(value),
  )
}
