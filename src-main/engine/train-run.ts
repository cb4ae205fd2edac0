/** The training loop: epochs of steps, an evaluation and a checkpoint after each, open to wishes between two steps. */
import { learningRateAt } from '@main/ml/optimizers/learning-rate-schedule.ts'
import { evaluate, type Evaluation } from '@main/ml/training/evaluate.ts'
import { batchSize } from '@main/ml/training/make-batch.ts'
import { scoreTask } from '@main/metrics/score-task.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { trainingStage, type TrainingStage } from '@shared/config/training-stages.ts'
import type { LabError } from '@shared/failures/failure.ts'
import { evaluationBatchSize } from './evaluation-batch-size.ts'
import { batchesOf } from './epoch-batches.ts'
import { EpochStopwatch } from './epoch-stopwatch.ts'
import { headlineScore } from './headline-score.ts'
import { lossNotFinite } from './loss-not-finite.ts'
import { surveyIfDue } from './survey.ts'
import { afterEpoch, isFinished, type TrainingProgress } from './training-progress.ts'
import type { BucketedBatch } from '@main/ml/training/length-buckets.ts'
import { whyUndefined } from '@shared/results/undefined-score.ts'
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
    if (!Number.isFinite(loss)) {
      const what = `The training loss is ${loss} at step ${step} (epoch ${this.progress.epoch})`
      throw lossNotFinite({ what, updates: stepNumber - 1 }, config.training)
    }
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
    const evaluation = await this.evaluateValidation()
    if (!evaluation.isFinite) throw this.validationNotFinite(evaluation.loss)
    const { loss, predictions } = evaluation
    const scores = scoreTask(task.id, session.prepared.gold, predictions, labels)
    const { steps, examples, lossSum, tokens, paddedTokens, startUp } = progress.sums
    const summary = session.journal.settled({
      epoch: progress.epoch,
      phase: this.phase,
      trainLoss: lossSum / examples,
      validationLoss: loss,
      ...scores,
      seconds: this.stopwatch.read(),
      startUp,
      steps,
      tokens,
      paddedTokens,
    })
    const next = afterEpoch(progress, summary, headlineScore(task, scores.metrics), this.stage.isLast)
    session.journal.record({ type: 'evaluation', summary, isBest: next.best?.epoch === summary.epoch })
    const reason = whyUndefined(summary, task.metrics[0])
    if (reason !== null) {
      const text = `Epoch ${summary.epoch} has no score and counts as not better: ${reason}.`
      session.journal.record({ type: 'message', level: 'warning', text })
    }
    return next
  }

  private validationNotFinite(loss: number): LabError {
    const { epoch, step, stepsBeforeRewind } = this.progress
    const what = `The validation loss is ${loss} after step ${step}, at the end of epoch ${epoch}, so the epoch has no score`
    return lossNotFinite({ what, updates: step - stepsBeforeRewind }, this.session.config.training)
  }

  private async evaluateValidation(): Promise<Evaluation> {
    const { prepared, trainer, config, channel } = this.session
    const batches = evaluate(trainer, prepared.validation, evaluationBatchSize(config.training.batchSize))
    for (;;) {
      const next = batches.next()
      if (next.done === true) return next.value
      await channel.breathe(this.progress.step)
    }
  }
}
