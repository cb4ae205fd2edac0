import { describe, expect, it } from 'vitest'
import { runConfig } from '../config/run-config.ts'
import { epochSummarySchema, type EpochSummary } from './run-summary.ts'
import { undefinedScores, whyNoBest, withoutBrokenScores } from './undefined-score.ts'

const seconds = Object.fromEntries(
  'total input firstPass attribution mask secondPass backward update evaluation other'
    .split(' ')
    .map((part) => [part, 1]),
)
const epoch = (number: number, change: Record<string, unknown> = {}): EpochSummary =>
  epochSummarySchema.parse({
    epoch: number,
    phase: 'fine-tuning',
    trainLoss: 0.5,
    validationLoss: 0.6,
    metrics: { matthews: number / 10, accuracy: 0.5 },
    seconds,
    steps: 1,
    tokens: 1,
    paddedTokens: 0,
    ...change,
  })
const constant = {
  metrics: { matthews: null, accuracy: 0.5 },
  undefined: { matthews: 'every prediction is “1”' },
}
const config = runConfig.parse({ schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'cola' })

describe('why a run has no best score', () => {
  it('is said once for each reason, and not while there is a score or nothing to judge', () => {
    const epochs = [epoch(1, constant), epoch(2, constant)]

    expect(whyNoBest({ best: null, config, epochs })).toBe(
      'No epoch has a score. Matthews is undefined: every prediction is “1”.',
    )
    expect(whyNoBest({ best: null, config, epochs: [] })).toBeNull()
    expect(whyNoBest({ best: { metric: 'matthews', value: 0, epoch: 3 }, config, epochs })).toBeNull()
  })

  it('is said of the epochs that count, not of those that prepare them', () => {
    const staged = { ...config, method: { ...config.method, kind: 'super-tickets', ticketEpochs: 2 } }
    const epochs = [epoch(1, constant), epoch(2, constant)]

    expect(whyNoBest({ best: null, config: runConfig.parse(staged), epochs })).toBeNull()
  })
})

describe('undefined scores of a run', () => {
  it('are gathered by metric and reason', () => {
    expect(undefinedScores([epoch(1, constant), epoch(2), epoch(3, constant)])).toEqual([
      'Matthews is undefined in epochs 1, 3: every prediction is “1”',
    ])
  })
})

describe('a record of a lab that did not know undefined scores', () => {
  it('reads without the field, and a score that is no number as none', () => {
    expect(epoch(1).undefined).toEqual({})
    expect(epoch(1, { metrics: { matthews: 'NaN' } }).metrics).toEqual({ matthews: null })
  })

  it('loses the scores of epochs whose validation loss is not finite; the best is that of another epoch', () => {
    const epochs = [epoch(1), epoch(2), epoch(3, { validationLoss: 'NaN' })]
    const best = { metric: 'matthews', value: 0.3, epoch: 3 } as const

    const mended = withoutBrokenScores({ epochs, best })

    expect(mended.best).toEqual({ metric: 'matthews', value: 0.2, epoch: 2 })
    expect(mended.epochs[2]).toMatchObject({
      metrics: { matthews: null, accuracy: null },
      undefined: { matthews: 'the validation loss is NaN' },
    })
    expect(withoutBrokenScores({ epochs: epochs.slice(2), best }).best).toBeNull()
  })

  it('is left as it is otherwise', () => {
    const run = { epochs: [epoch(1)], best: null }

    expect(withoutBrokenScores(run)).toBe(run)
  })
})
