/** Groups, spread and differences of demo runs; the product computes these in the main process. */
import { methodLabel } from '@shared/config/method-label.ts'
import type {
  BaselineDifference,
  Comparison,
  ComparisonGroup,
  EpochCurvePoint,
  Spread,
} from '@shared/results/comparison.ts'
import {
  epochSecondsParts,
  type EpochPhase,
  type EpochSeconds,
  type RunSummary,
} from '@shared/results/run-summary.ts'
import {
  ratio,
  runTrainingSeconds,
  secondsToBest,
  startUpSeconds,
  warmEpochs,
} from '@shared/results/training-time.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { MetricId } from '@shared/tasks/metric.ts'
import { tasks } from '@shared/tasks/task.ts'
import { demoSummary, type DemoRun } from './demo-runs.ts'

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    std: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    n: values.length,
    values,
  }
}

const present = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value): value is number => value != null)

function curveOf(runs: readonly RunSummary[], metricIds: readonly MetricId[]): EpochCurvePoint[] {
  const longest = Math.max(0, ...runs.map((run) => run.epochs.length))
  return Array.from({ length: longest }, (_, index) => {
    const reached = runs.flatMap((run) => run.epochs[index] ?? [])
    return {
      epoch: index + 1,
      phase: reached[0]!.phase,
      trainLoss: spreadOf(reached.map((epoch) => epoch.trainLoss))!,
      validationLoss: spreadOf(reached.map((epoch) => epoch.validationLoss))!,
      metrics: Object.fromEntries(
        metricIds.map((id) => [id, spreadOf(present(reached.map((epoch) => epoch.metrics[id])))!]),
      ),
    }
  })
}

function secondsOf(runs: readonly RunSummary[], phase: EpochPhase): EpochSeconds | null {
  const epochs = runs.flatMap((run) => warmEpochs(run.epochs, phase))
  if (epochs.length === 0) return null
  const mean = (part: keyof EpochSeconds): number => spreadOf(epochs.map((seconds) => seconds[part]))!.mean
  const parts = Object.fromEntries(epochSecondsParts.map((part) => [part, mean(part)]))
  return { ...(parts as Omit<EpochSeconds, 'total'>), total: mean('total') }
}

/** A method's setting as the product's tables carry it; null where the method does not have it. */
function settingOf(config: RunConfig, key: string): string | number | boolean | null {
  const value = new Map(Object.entries(config.method)).get(key) ?? null
  return Array.isArray(value) ? value.join(',') : value
}

function groupOf(
  groupId: string,
  members: readonly DemoRun[],
  differing: readonly string[],
): ComparisonGroup {
  const runs = members.map(demoSummary)
  const config = members[0]!.config
  const metricIds = tasks[config.task].metrics
  const atBest = (id: MetricId): Spread | null =>
    spreadOf(
      present(runs.map((run) => run.epochs.find((epoch) => epoch.epoch === run.best?.epoch)?.metrics[id])),
    )
  return {
    groupId,
    label: methodLabel(config.method, ['method.attribution']),
    method: config.method.kind,
    differsFromBaseline: [],
    differingSettings: Object.fromEntries(differing.map((key) => [`method.${key}`, settingOf(config, key)])),
    task: config.task,
    metric: metricIds[0],
    members: members.map((member, index) => ({
      runId: member.runId,
      name: member.name,
      seed: member.config.training.seed,
      status: member.status,
      best: runs[index]!.best?.value ?? null,
      bestEpoch: runs[index]!.best?.epoch ?? null,
      bestPhase: runs[index]!.epochs.find(({ epoch }) => epoch === runs[index]!.best?.epoch)?.phase ?? null,
      evaluatedEpochs: runs[index]!.epochs.length,
      undefinedScore: null,
    })),
    best: atBest(metricIds[0]),
    metricsAtBest: Object.fromEntries(
      metricIds.slice(1).flatMap((id) => {
        const spread = atBest(id)
        return spread === null ? [] : [[id, spread] as const]
      }),
    ),
    difference: null,
    curve: curveOf(runs, metricIds),
    stepMs: {
      fineTuning: spreadOf(present(runs.map((run) => run.stepMs.fineTuning))),
      regularized: spreadOf(present(runs.map((run) => run.stepMs.regularized))),
    },
    overhead: {
      step: spreadOf(present(runs.map((run) => run.overhead.step))),
      epoch: spreadOf(present(runs.map((run) => run.overhead.epoch))),
      plainOf: runs.some((run) => run.overhead.step !== null) ? 'own' : null,
      run: null,
    },
    trainingSeconds: spreadOf(present(runs.map((run) => runTrainingSeconds(run)))),
    secondsToBest: spreadOf(present(runs.map(secondsToBest))),
    startUpSeconds: spreadOf(present(runs.map(({ epochs }) => startUpSeconds(epochs)))),
    epochSeconds: {
      'fine-tuning': secondsOf(runs, 'fine-tuning'),
      regularized: secondsOf(runs, 'regularized'),
    },
  }
}

function differenceFrom(baseline: ComparisonGroup, group: ComparisonGroup): BaselineDifference | null {
  if (baseline.best === null || group.best === null || baseline.groupId === group.groupId) return null
  const difference = group.best.mean - baseline.best.mean
  if (baseline.best.std === null || group.best.std === null)
    return {
      difference,
      pValue: null,
      pValueNote: 'A test needs two scores in each group.',
      correctedPValue: null,
      paired: null,
    }
  const variance = baseline.best.std ** 2 / baseline.best.n + group.best.std ** 2 / group.best.n
  const score = Math.abs(difference) / Math.sqrt(variance)
  // Normal instead of t: near enough for a demo.
  const pValue = 2 * (1 - 1 / (1 + Math.exp(-1.5976 * score - 0.070565992 * score ** 3)))
  return { difference, pValue, pValueNote: '', correctedPValue: pValue, paired: null }
}

/**
 * Compares demo runs.
 *
 * @param runs the runs that take part
 * @param baseline a group's id, or null
 */
export function fakeComparison(runs: readonly DemoRun[], baseline: string | null): Comparison {
  const byConfig = new Map<string, DemoRun[]>()
  for (const run of runs) {
    const { training, method, task, dataset, checkpoint } = run.config
    const key = `g-${JSON.stringify({ method, task, dataset, checkpoint, training: { ...training, seed: 0 } })}`
    byConfig.set(key, [...(byConfig.get(key) ?? []), run])
  }
  const configs = [...byConfig.values()].map((members) => members[0]!.config)
  const keys = [...new Set(configs.flatMap((config) => Object.keys(config.method)))]
  const differing = keys.filter((key) => new Set(configs.map((config) => settingOf(config, key))).size > 1)
  const groups = [...byConfig].map(([key, members]) => groupOf(shortId(key), members, differing))
  const pinned =
    groups.find((group) => group.groupId === baseline) ??
    groups.find((group) => group.differingSettings['method.kind'] === 'fine-tuning') ??
    null
  return {
    baselineGroupId: pinned?.groupId ?? null,
    groups: groups.map((group) =>
      pinned === null
        ? group
        : {
            ...group,
            difference: differenceFrom(pinned, group),
            overhead: {
              ...group.overhead,
              run: ratio(group.trainingSeconds?.mean ?? null, pinned.trainingSeconds?.mean ?? null),
            },
          },
    ),
    leftOut: runs
      .filter((run) => run.step === 0)
      .map((run) => ({ runId: run.runId, reason: 'It has not started.' })),
    notes: groups.some((group) => group.members.some((member) => member.status === 'failed'))
      ? ['One run failed; its group has fewer scores than seeds.']
      : [],
  }
}

function shortId(key: string): string {
  let hash = 7
  for (const letter of key) hash = (Math.imul(hash, 31) + letter.codePointAt(0)!) >>> 0
  return `g-${hash.toString(16)}`
}
