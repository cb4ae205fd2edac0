/** The training loop: epochs of steps, an evaluation and a checkpoint after each, open to wishes between two steps. */
import { learningRateAt } from '@main/ml/optimizers/learning-rate-schedule.ts'
import { evaluate } from '@main/ml/training/evaluate.ts'
import { batchSize } from '@main/ml/training/make-batch.ts'
import { scoreTask } from '@main/metrics/score-task.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { trainingStage, type TrainingStage } from '@shared/config/training-stages.ts'
import { LabError } from '@shared/failures/failure.ts'
import { evaluationBatchSize } from './evaluation-batch-size.ts'
import { batchesOf } from './epoch-batches.ts'
import { EpochStopwatch } from './epoch-stopwatch.ts'
import { headlineScore } from './headline-score.ts'
import { surveyIfDue } from './survey.ts'
import { afterEpoch, isFinished, type TrainingProgress } from './training-progress.ts'
import type { BucketedBatch } from '@main/ml/training/length-buckets.ts'
import type { EpochPhase } from '@shared/results/run-summary.ts'
import type { TrainingSession } from './training-session.ts'
import type { EngineRequest } from './supervisor-channel.ts'

/** Seconds of training after which a checkpoint is written even within an epoch. */
const secondsBetweenCheckpoints = 300

/** How the loop ended. */
export interface TrainingEnd {
  readonly reason: 'finished' | EngineRequest
  readonly progress: TrainingProgress
}

/**
 * Trains until the run is finished or somebody asks for something else.
 *
 * @param session what to work with
 * @param start fresh, or from a checkpoint
 * @failure loss-not-finite, out-of-memory, disk-full
 */
export async function trainRun(session: TrainingSession, start: TrainingProgress): Promise<TrainingEnd> {
  let progress = start
  while (!isFinished(progress, session.config.training)) {
    const surveyed = await surveyIfDue(session, progress)
    if (surveyed.request !== null) return { reason: surveyed.request, progress }
    progress = surveyed.progress
    const epoch = new EpochInProgress(session, progress)
    const request = await epoch.train()
    if (request !== null) return { reason: request, progress: epoch.progress }
    progress = await epoch.finish()
    await session.saveCheckpoint(progress)
  }
  return { reason: 'finished', progress }
}

/** One epoch from its first remaining step to its evaluation. */
class EpochInProgress {
  progress: TrainingProgress
  private readonly session: TrainingSession
  private readonly phase: EpochPhase
  private readonly stopwatch: EpochStopwatch
  private readonly stage: TrainingStage
  /** Steps of the stage, if it does not stop early. */
  private readonly stageSteps: number
  private lastCheckpoint: number

  constructor(session: TrainingSession, progress: TrainingProgress) {
    this.session = session
    this.progress = progress
    const { method, training } = session.config
    this.phase = epochPhase(method, progress.epoch)
    this.stopwatch = new EpochStopwatch(
      session.now,
      progress.seconds ?? undefined,
      progress.sums.startUp.seconds,
    )
    this.lastCheckpoint = session.now()
    this.stage = trainingStage(method, progress.epoch, training.maxEpochs)
    this.stageSteps = Math.ceil(session.prepared.train.length / training.batchSize) * this.stage.epochs
  }

  /** Trains the remaining batches; answers a wish that interrupted it. */
  async train(): Promise<EngineRequest | null> {
    const { session, phase } = this
    const { journal, channel } = session
    const { epoch } = this.progress
    const batches = batchesOf(session, epoch)
    journal.record({ type: 'epoch-started', epoch, phase, steps: batches.length })
    for (const batch of batches.slice(this.progress.sums.steps)) {
      await channel.breathe(this.progress.step)
      if (channel.requested !== null) {
        this.progress = { ...this.progress, seconds: this.stopwatch.read() }
        return channel.requested
      }
      this.step(batch)
      if (session.now() - this.lastCheckpoint > secondsBetweenCheckpoints) await this.checkpoint()
    }
    return null
  }

  /** One optimizer step. */
  private step({ indices, length }: BucketedBatch): void {
    const { session, stopwatch, phase } = this
    const { config, prepared, trainer } = session
    const started = session.now()
    const batch = indices.map((index) => prepared.train[index]!)
    const size = batchSize(batch, length)
    const step = this.progress.step + 1
    stopwatch.begin('input')
    // Every training of a run is what a run of its own would be: its learning rates, its random numbers.
    const stepNumber = step - this.progress.stepsBeforeRewind
    const learningRate = learningRateAt(config.training, stepNumber, this.stageSteps)
    const place = { stepNumber, phase, learningRate }
    const loss = trainer.step({ examples: batch, length }, place, (part) => {
      stopwatch.begin(part)
    })
    const isStartUp = stopwatch.isStartingUp
    stopwatch.begin('other')
    if (!Number.isFinite(loss))
      throw lossNotFinite(loss, step, this.progress.epoch, config.training.learningRate)
    const { sums, epoch } = this.progress
    const { examples, tokens, paddedTokens } = size
    this.progress = {
      ...this.progress,
      step,
      sums: {
        steps: sums.steps + 1,
        examples: sums.examples + examples,
        lossSum: sums.lossSum + loss * examples,
        tokens: sums.tokens + tokens,
        paddedTokens: sums.paddedTokens + paddedTokens,
        startUp: {
          seconds: stopwatch.readStartUp(),
          steps: sums.startUp.steps + (isStartUp ? 1 : 0),
        },
      },
    }
    const seconds = session.now() - started
    session.journal.record({ type: 'step', step, epoch, phase, loss, learningRate, ...size, seconds })
  }

  /** A checkpoint within the epoch. */
  private async checkpoint(): Promise<void> {
    this.progress = { ...this.progress, seconds: this.stopwatch.read() }
    await this.session.saveCheckpoint(this.progress)
    this.lastCheckpoint = this.session.now()
  }

  /** Evaluates the validation split and closes the epoch. */
  async finish(): Promise<TrainingProgress> {
    const { session, progress } = this
    const { task, labels } = session.prepared
    this.stopwatch.begin('evaluation')
    const { loss, predictions } = await this.evaluateValidation()
    const gold = session.prepared.validation.map((example) => example.label ?? 0)
    const scores = scoreTask(task.id, gold, predictions, labels.length)
    const { steps, examples, lossSum, tokens, paddedTokens, startUp } = progress.sums
    const summary = session.journal.settled({
      epoch: progress.epoch,
      phase: this.phase,
      trainLoss: lossSum / examples,
      validationLoss: loss,
      metrics: scores,
      seconds: this.stopwatch.read(),
      startUp,
      steps,
      tokens,
      paddedTokens,
    })
    const next = afterEpoch(progress, summary, headlineScore(task, scores), this.stage.isLast)
    session.journal.record({ type: 'evaluation', summary, isBest: next.best?.epoch === summary.epoch })
    return next
  }

  private async evaluateValidation(): Promise<{ loss: number; predictions: readonly number[] }> {
    const { prepared, trainer, config, channel } = this.session
    const batches = evaluate(trainer, prepared.validation, evaluationBatchSize(config.training.batchSize))
    for (;;) {
      const next = batches.next()
      if (next.done === true) return next.value
      await channel.breathe(this.progress.step)
    }
  }
}

/** The failure of a loss that is NaN or infinite. */
function lossNotFinite(loss: number, step: number, epoch: number, learningRate: number): LabError {
  return new LabError(
    'loss-not-finite',
    `The training loss became ${loss} at step ${step} (epoch ${epoch}); the last checkpoint is from before it.`,
    `Lower training.learningRate (now ${learningRate}).`,
  )
}
