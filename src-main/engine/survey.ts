/** A method's survey of the training set: a pass over its batches before one of the epochs. */
import * as tf from '@tensorflow/tfjs'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { bucketedBatches } from '@main/ml/training/length-buckets.ts'
import { afterSurvey, type TrainingProgress } from './training-progress.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { EngineRequest } from './supervisor-channel.ts'
import type { TrainingSession } from './training-session.ts'

/** What came of a survey, if one was due. */
export interface SurveyOutcome {
  readonly progress: TrainingProgress
  /** A wish that interrupted it; it is made anew when the run goes on. */
  readonly request: EngineRequest | null
}

/**
 * Makes the method's survey when the coming epoch is the one it belongs before.
 *
 * The batches are those of the epoch. A checkpoint follows, so that it is made once.
 *
 * @param session what to work with
 * @param progress between two epochs, or within one
 */
export async function surveyIfDue(
  session: TrainingSession,
  progress: TrainingProgress,
): Promise<SurveyOutcome> {
  const { survey } = regularizerFor(session.config.method)
  const isDue = survey?.beforeEpoch === progress.epoch && !progress.isSurveyed && progress.sums.steps === 0
  if (!isDue) return { progress, request: null }
  const { prepared, trainer, channel, buckets, config } = session
  const lengths = prepared.train.map((example) => example.inputIds.length)
  const batches = bucketedBatches(
    lengths,
    buckets,
    config.training.batchSize,
    config.training.seed,
    progress.epoch,
  )
  session.journal.record({
    type: 'message',
    level: 'info',
    text: `The method looks at the training set before epoch ${progress.epoch}: ${batches.length} batches.`,
  })
  for (const [index, { indices, length }] of batches.entries()) {
    await channel.breathe(progress.step)
    if (channel.requested !== null) return { progress, request: channel.requested }
    const examples = indices.map((at) => prepared.train[at]!)
    trainer.survey({ examples, length }, index + 1)
  }
  const isRewound = trainer.concludeSurvey(await plainWeights(session))
  const surveyed = afterSurvey(progress, isRewound)
  await session.saveCheckpoint(surveyed)
  if (isRewound) session.onProgress(surveyed)
  return { progress: surveyed, request: null }
}

/** The weights at the start of the run. */
async function plainWeights({ prepared }: TrainingSession): Promise<PlainWeights> {
  const parameters = await prepared.createParameters()
  const plain = new Map([...parameters].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))
  tf.dispose([...parameters.values()])
  return plain
}
