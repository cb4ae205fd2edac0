import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import { tasks } from '@shared/tasks/task.ts'
import { RunJournal, type NewEvent } from './run-journal.ts'
import { trainRun } from './train-run.ts'
import { freshProgress, type TrainingProgress } from './training-progress.ts'
import type { EvaluatedBatch } from '@main/ml/training/trainer.ts'
import type { TrainingSession } from './training-session.ts'

const gold = [0, 1, 1, 0]

/** What a trainer of four training and four validation rows gives, epoch by epoch. */
interface Epochs {
  readonly losses?: readonly number[]
  readonly validation: readonly EvaluatedBatch[]
}

/** A CoLA run of one step an epoch on a trainer that gives what it is told. */
function aSession({ losses = [], validation }: Epochs, training: RunConfigInput['training'] = {}) {
  const config = runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'c',
    dataset: 'd',
    task: 'cola',
    training: { batchSize: 4, maxEpochs: validation.length, ...training },
  })
  const rows = gold.map((label) => ({ inputIds: [1, 2, 3], tokenTypeIds: [0, 0, 0], label }))
  const saved: TrainingProgress[] = []
  const events: NewEvent[] = []
  let steps = 0
  let evaluations = 0
  const session = {
    config,
    buckets: [3],
    lengthGroups: [3],
    prepared: { task: tasks.cola, labels: ['bad', 'good'], gold, train: rows, validation: rows },
    journal: {
      record: (event: NewEvent) => void events.push(event),
      settled: RunJournal.prototype.settled.bind({ recordedEvaluations: new Map() }),
    },
    channel: { requested: null, breathe: () => Promise.resolve() },
    now: () => 0,
    trainer: {
      step: () => losses[steps++] ?? 0.5,
      evaluate: () => validation[evaluations++]!,
    },
    saveCheckpoint(progress: TrainingProgress) {
      saved.push(progress)
      return Promise.resolve()
    },
  }
  // reason: the loop needs no more of a session than this.
  return { session: session as unknown as TrainingSession, saved, events }
}

const good = { loss: 0.4, predictions: [0, 1, 1, 1] }
const broken = { loss: NaN, predictions: [0, 0, 0, 0] }
const constant = { loss: 0.6, predictions: [1, 1, 1, 1] }

describe('a run whose numbers stop being finite', () => {
  it('ends at the evaluation that shows it; what was saved before it stays the best', async () => {
    const { session, saved, events } = aSession({ validation: [good, broken] })

    await expect(trainRun(session, freshProgress)).rejects.toMatchObject({
      code: 'loss-not-finite',
      message: expect.stringMatching(
        /^The validation loss is NaN after step 2, at the end of epoch 2/,
      ) as string,
    })
    expect(saved).toHaveLength(1)
    expect(saved[0]).toMatchObject({ step: 1, bestStep: 1, best: { metric: 'matthews', epoch: 1 } })
    expect(events.filter(({ type }) => type === 'evaluation')).toHaveLength(1)
  })

  it.each([NaN, Infinity, -Infinity])('ends at a step whose loss is %s', async (loss) => {
    const { session, saved } = aSession({ losses: [0.5, loss], validation: [good, good] })

    await expect(trainRun(session, freshProgress)).rejects.toMatchObject({
      code: 'loss-not-finite',
      message: expect.stringContaining(`The training loss is ${loss} at step 2 (epoch 2)`) as string,
    })
    expect(saved).toHaveLength(1)
  })

  it.each([
    [{ learningRate: 1e30 }, 'try 1e-5.'],
    [{ learningRate: 4e-4 }, 'try 1e-5.'],
    [{ learningRate: 2e-5, precision: 'bfloat16' }, 'Set training.precision to "float32".'],
    [{ learningRate: 2e-5 }, 'Set training.maxGradientNorm to 1.'],
    [{ learningRate: 2e-5, maxGradientNorm: 1 }, 'try 2e-6.'],
  ] as const)('is advised by its settings %o: %s', async (training, hint) => {
    const { session } = aSession({ losses: [0.5, NaN], validation: [good, good] }, training)

    await expect(trainRun(session, freshProgress)).rejects.toMatchObject({
      hint: expect.stringContaining(hint) as string,
    })
  })

  it('is told to look at the checkpoint when no weight was changed yet', async () => {
    const { session } = aSession({ losses: [NaN], validation: [good] })

    await expect(trainRun(session, freshProgress)).rejects.toMatchObject({
      message: expect.stringContaining('before any weight was changed') as string,
      hint: expect.stringContaining('checkpoint') as string,
    })
  })
})

describe('an epoch whose score is undefined', () => {
  it('is not better than another, and the log says why', async () => {
    const { session, events } = aSession({ validation: [constant, good, constant] })

    const { progress } = await trainRun(session, freshProgress)

    expect(progress.epochs.map(({ metrics }) => metrics.matthews)).toEqual([null, expect.any(Number), null])
    expect(progress.epochs[0]).toMatchObject({
      metrics: { matthews: null, accuracy: 0.5 },
      undefined: { matthews: 'every prediction is “good”' },
    })
    expect(progress).toMatchObject({ best: { epoch: 2 }, bestStep: 2, evaluationsWithoutBest: 1 })
    expect(events.flatMap((event) => (event.type === 'message' ? event.text : []))).toEqual([
      'Epoch 1 has no score and counts as not better: Matthews is undefined: every prediction is “good”.',
      'Epoch 3 has no score and counts as not better: Matthews is undefined: every prediction is “good”.',
    ])
  })

  it('counts towards the patience; a run of nothing else has no best', async () => {
    const { session, saved } = aSession(
      { validation: [constant, constant, constant, constant] },
      { patience: 3 },
    )

    const { reason, progress } = await trainRun(session, freshProgress)

    expect(reason).toBe('finished')
    expect(progress).toMatchObject({ best: null, bestStep: null, evaluationsWithoutBest: 3 })
    expect(saved).toHaveLength(3)
  })
})
