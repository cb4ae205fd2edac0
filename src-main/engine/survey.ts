/** A method's survey between two epochs: of the training set, of the scores so far. */
import * as tf from '@tensorflow/tfjs'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { trainingSeconds } from '@shared/results/training-time.ts'
import { batchesOf } from './epoch-batches.ts'
import { EpochStopwatch } from './epoch-stopwatch.ts'
import { headlineScore } from './headline-score.ts'
import { lossNotFinite } from './loss-not-finite.ts'
import { afterSurvey, type TrainingProgress } from './training-progress.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { EngineRequest } from './supervisor-channel.ts'
import type { TrainingSession } from './training-session.ts'

/** What came of a survey, if one was due. */
export interface SurveyEnd {
  readonly progress: TrainingProgress
  /** A wish that interrupted it; it is made anew when the run goes on. */
  readonly request: EngineRequest | null
}

/**
 * Makes the method's survey when the coming epoch is one that it belongs before. A checkpoint follows, so that it is made
 * once. Its time is the method's cost, without compilation and checkpoint; that of an interrupted survey, which is made
 * anew, counts as little as steps that are computed again.
 *
 * @param session what to work with
 * @param progress between two epochs, or within one
 * @failure loss-not-finite when what was found is not finite
 */
export async function surveyIfDue(session: TrainingSession, progress: TrainingProgress): Promise<SurveyEnd> {
  const { survey } = regularizerFor(session.config.method)
  const { epoch, surveyedEpoch } = progress
  const isDue = survey?.beforeEpochs.includes(epoch) === true && surveyedEpoch < epoch
  if (!isDue || progress.sums.steps > 0) return { progress, request: null }
  const stopwatch = new EpochStopwatch(session.now)
  if (survey.accumulate !== undefined) {
    const request = await lookAtBatches(session, progress, stopwatch)
    if (request !== null) return { progress, request }
    checkFindings(session, progress)
  }
  const { task } = session.prepared
  stopwatch.begin('update')
  const { isRewound, note } = session.trainer.concludeSurvey({
    epoch,
    scores: progress.epochs.map(({ metrics }) => headlineScore(task, metrics).value),
    first: await firstWeights(session),
  })
  const surveyed = afterSurvey(progress, isRewound, trainingSeconds(stopwatch.read()))
  if (note !== null) session.journal.record({ type: 'message', level: 'info', text: note })
  await session.saveCheckpoint(surveyed)
  return { progress: surveyed, request: null }
}

/** Shows the trainer the batches of the coming epoch; answers a wish that interrupted it. */
async function lookAtBatches(
  session: TrainingSession,
  progress: TrainingProgress,
  stopwatch: EpochStopwatch,
): Promise<EngineRequest | null> {
  const { prepared, trainer, channel } = session
  const batches = batchesOf(session, progress.epoch)
  session.journal.record({
    type: 'message',
    level: 'info',
    text: `The method looks at the training set before epoch ${progress.epoch}: ${batches.length} batches.`,
  })
  for (const [index, { indices, length }] of batches.entries()) {
    await channel.breathe(progress.step)
    if (channel.requested !== null) return channel.requested
    const examples = indices.map((at) => prepared.train[at]!)
    stopwatch.begin('backward')
    trainer.survey({ examples, length }, index + 1, (part) => {
      stopwatch.begin(part)
    })
    stopwatch.begin('other')
  }
  return null
}

/** What a method concludes from sums that are not finite is chance. */
function checkFindings({ trainer, config }: TrainingSession, progress: TrainingProgress): void {
  for (const [name, { values }] of trainer.methodState()) {
    const found = values.find((value) => !Number.isFinite(value))
    if (found === undefined) continue
    const what = `What the method found in the training set before epoch ${progress.epoch} is not finite (${name}: ${found})`
    throw lossNotFinite({ what, updates: progress.step - progress.stepsBeforeRewind }, config.training)
  }
}

/** The weights at the start of the run. */
async function firstWeights({ prepared }: TrainingSession): Promise<PlainWeights> {
  const parameters = await prepared.createParameters()
  const plain = new Map([...parameters].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))
  tf.dispose([...parameters.values()])
  return plain
}
