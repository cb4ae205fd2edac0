/** Scores that are undefined: why, in a sentence, and what follows for the best one. */
import { preparatoryEpochs } from '../config/training-stages.ts'
import { metrics } from '../tasks/metric.ts'
import { tasks } from '../tasks/task.ts'
import type { BestScore, EpochSummary, RunSummary } from './run-summary.ts'

/** What stands for a reason in records that have none. */
const unknownReason = 'the record does not say why'

/**
 * Why an epoch has no score: `Matthews is undefined: every prediction is “1”`; null when it has one.
 *
 * @param epoch the epoch
 * @param metric by which it would be judged
 */
export function whyUndefined(
  epoch: Pick<EpochSummary, 'metrics' | 'undefined'>,
  metric: BestScore['metric'],
): string | null {
  if (epoch.metrics[metric] !== null) return null
  return `${metrics[metric].label} is undefined: ${epoch.undefined[metric] ?? unknownReason}`
}

/**
 * Every metric that is undefined in some of the epochs, and why: `Matthews is undefined in epochs 1, 2: every prediction is “1”`.
 *
 * @param epochs of one run
 */
export function undefinedScores(epochs: readonly EpochSummary[]): string[] {
  const places = new Map<string, number[]>()
  for (const { epoch, undefined: reasons } of epochs) {
    for (const [id, reason] of Object.entries(reasons)) {
      const key = JSON.stringify([id, reason])
      places.set(key, [...(places.get(key) ?? []), epoch])
    }
  }
  return [...places].map(([key, found]) => {
    // reason: the key was made of these two above.
    const [id, reason] = JSON.parse(key) as [BestScore['metric'], string]
    return `${metrics[id].label} is undefined in epoch${found.length === 1 ? '' : 's'} ${found.join(', ')}: ${reason}`
  })
}

/**
 * Why a run that has finished epochs has no best score, in a sentence; null when it has one, or nothing to judge yet.
 *
 * @param run a run
 */
export function whyNoBest(run: Pick<RunSummary, 'best' | 'config' | 'epochs'>): string | null {
  const { best, config, epochs } = run
  if (best !== null) return null
  const metric = tasks[config.task].metrics[0]
  const counted = epochs.filter(({ epoch }) => epoch > preparatoryEpochs(config.method))
  const reasons = [...new Set(counted.flatMap((epoch) => whyUndefined(epoch, metric) ?? []))]
  if (reasons.length === 0) return null
  return `No epoch has a score. ${reasons.join('; ')}.`
}

/**
 * A record as it should have been written: labs before undefined scores were known took the predictions of a broken model
 * for predictions. Where the validation loss is not finite, no score is, and the best is that of another epoch.
 *
 * @param run a run's record or progress
 * @returns the same where every validation loss is finite
 */
export function withoutBrokenScores<Run extends Pick<RunSummary, 'epochs' | 'best'>>(run: Run): Run {
  if (run.epochs.every(({ validationLoss }) => Number.isFinite(validationLoss))) return run
  const epochs = run.epochs.map(withoutScores)
  const isBroken = epochs.some(
    ({ epoch, validationLoss }) => epoch === run.best?.epoch && !Number.isFinite(validationLoss),
  )
  return { ...run, epochs, best: isBroken && run.best !== null ? bestOf(epochs, run.best.metric) : run.best }
}

function withoutScores(epoch: EpochSummary): EpochSummary {
  if (Number.isFinite(epoch.validationLoss)) return epoch
  // reason: Object.keys loses the key type.
  const ids = Object.keys(epoch.metrics) as BestScore['metric'][]
  const reason = `the validation loss is ${epoch.validationLoss}`
  return {
    ...epoch,
    metrics: Object.fromEntries(ids.map((id) => [id, null])),
    undefined: Object.fromEntries(ids.map((id) => [id, reason])),
  }
}

function bestOf(epochs: readonly EpochSummary[], metric: BestScore['metric']): BestScore | null {
  let best: BestScore | null = null
  for (const { epoch, metrics: scores } of epochs) {
    const value = scores[metric]
    if (value != null && (best === null || value > best.value)) best = { metric, value, epoch }
  }
  return best
}
