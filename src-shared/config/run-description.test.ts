import { describe, expect, it } from 'vitest'
import { taskIds, tasks } from '../tasks/task.ts'
import { runConfig, type RunConfig } from './run-config.ts'
import { describedRun } from './run-description.ts'

const base = { schemaVersion: 1, checkpoint: 'c', dataset: 'd' }
const described = (input: object): RunConfig =>
  runConfig.parse(describedRun({ ...base, task: 'rte', ...input }, 'The run config'))

describe('what a run’s description leaves out', () => {
  it.each([
    ['cola', 47, 50, 'all'],
    ['mrpc', 100, 50, 'all'],
    ['rte', 128, 50, 'all'],
    ['stsb', 100, 50, [0]],
    ['sst2', 120, 20, [0]],
  ] as const)(
    'is what the scripts of AD-DROP’s authors have: %s, %s tokens, %s epochs',
    (task, maxLength, maxEpochs, layers) => {
      const { training, method } = described({ task, method: { kind: 'ad-drop' } })

      expect(training).toMatchObject({ maxLength, maxEpochs, patience: 5, batchSize: 16, learningRate: 1e-5 })
      expect(training).toMatchObject({ weightDecay: 0.01, optimizer: { beta2: 0.999, epsilon: 1e-6 } })
      expect(method).toMatchObject({ layers })
    },
  )

  it('follows the task whatever the method, and never what is written', () => {
    const { training } = described({ task: 'cola', method: { kind: 'r-drop' }, training: { maxEpochs: 3 } })

    expect([training.maxLength, training.maxEpochs]).toEqual([47, 3])
    expect(described({ task: 'stsb', method: { kind: 'ad-drop', layers: 'all' } }).method).toMatchObject({
      layers: 'all',
    })
  })

  it('is R-Drop’s α of the released code: 0.5, summed, and 1 on scores', () => {
    const alpha = (task: string): unknown => described({ task, method: { kind: 'r-drop' } }).method

    expect(alpha('mrpc')).toMatchObject({ consistencyWeight: 0.5, reduction: 'sum' })
    expect(alpha('stsb')).toMatchObject({ consistencyWeight: 1 })
  })

  it('is plain fine-tuning where no method is named', () => {
    expect(described({ task: 'sst2' }).method).toEqual({ kind: 'fine-tuning' })
  })

  it('is filled in on every task', () => {
    for (const task of taskIds) expect(described({ task }).training.maxLength).toBe(tasks[task].maxLength)
  })
})

describe('a recipe', () => {
  const own = { recipe: 'own' }

  it('of the method’s own sets rate, schedule, epochs, batches, decay, clipping and optimizer', () => {
    expect(described({ method: { kind: 'r-drop' }, training: own }).training).toMatchObject({
      learningRateSchedule: 'linear',
      warmupRatio: 0.06,
      batchSize: 8,
      maxGradientNorm: 1,
      optimizer: { beta2: 0.98, epsilon: 1e-6 },
    })
    expect(described({ method: { kind: 'hidden-cut' }, training: own }).training.learningRate).toBe(7e-6)
  })

  it('goes behind what is written beside it, also half of the optimizer', () => {
    const { training } = described({
      method: { kind: 'r-drop' },
      training: { ...own, maxEpochs: 4, optimizer: { epsilon: 1e-8 } },
    })

    expect(training).toMatchObject({ maxEpochs: 4, optimizer: { beta2: 0.98, epsilon: 1e-8 } })
  })

  it('may set the method too: SuperTickets’ epochs before pruning and the released ticket', () => {
    const { method, training } = described({ task: 'mrpc', method: { kind: 'super-tickets' }, training: own })

    expect(method).toMatchObject({ ticketEpochs: 6, prunedHeads: 0.3, prunedFeedForward: 0.3 })
    expect(training.maxEpochs).toBe(12)
  })

  it('is AD-DROP’s where the method has none for fine-tuning, and where none is named', () => {
    const usual = described({ method: { kind: 'drop-connect' } })

    expect(described({ method: { kind: 'drop-connect' }, training: own })).toEqual(usual)
    expect(described({ method: { kind: 'drop-connect' }, training: { recipe: 'ad-drop' } })).toEqual(usual)
  })

  it('leaves nothing of its name in the record', () => {
    expect(described({ training: own }).training).not.toHaveProperty('recipe')
  })

  it('that does not exist is named with those that do', () => {
    expect(() => described({ training: { recipe: 'best' } })).toThrow('"best" is not a recipe')
  })
})

describe('a description that is wrong', () => {
  it.each([
    ['no object', 3],
    ['a task that does not exist', { ...base, task: 'snli' }],
    ['a method that is no object', { ...base, task: 'rte', method: 'r-drop' }],
    ['training settings that are no object', { ...base, task: 'rte', training: [] }],
    ['a method that does not exist', { ...base, task: 'rte', method: { kind: 'toString' } }],
  ])('is left for the schema to say: %s', (_, input) => {
    expect(runConfig.safeParse(describedRun(input, 'The run config')).success).toBe(false)
  })
})
