import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import { checkRunFits, plannedSteps } from './run-fit.ts'
import { aCheckpointSummary, aDatasetSummary, aSplitSummary } from './testing/summaries.ts'

const aConfig = (overrides: Partial<RunConfigInput> = {}) =>
  runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'c',
    dataset: 'd',
    task: 'rte',
    training: { maxLength: 64 },
    ...overrides,
  })
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string })

describe('checkRunFits', () => {
  it('lets a fitting run through', () => {
    expect(() => checkRunFits(aConfig(), aDatasetSummary(), aCheckpointSummary())).not.toThrow()
  })

  it('names both tasks when they differ', () => {
    expect(() =>
      checkRunFits(aConfig({ task: 'cola' }), aDatasetSummary(), aCheckpointSummary()),
    ).toThrowError(refusal('task-mismatch', /"cola".*"rte"/))
  })

  it('names the split that is missing, empty or unlabelled', () => {
    const train = aSplitSummary()
    const check = (splits: Record<string, ReturnType<typeof aSplitSummary>>) => () =>
      checkRunFits(aConfig(), aDatasetSummary({ splits }), aCheckpointSummary())

    expect(check({ train })).toThrowError(
      refusal('dataset-split-missing', /no "validation" split; it has train/),
    )
    expect(check({ train, validation: aSplitSummary({ examples: 0 }) })).toThrowError(
      refusal('dataset-split-missing', /validation/),
    )
    expect(check({ train, validation: aSplitSummary({ labels: {} }) })).toThrowError(
      refusal('dataset-split-missing', /none of them labelled/),
    )
  })

  it('names the layer that does not exist and how many there are', () => {
    const config = aConfig({ method: { kind: 'ad-drop', layers: [0, 7] } })

    expect(() => checkRunFits(config, aDatasetSummary(), aCheckpointSummary())).toThrowError(
      refusal('invalid-config', /layer 7.*2 layers, 0 to 1/),
    )
  })

  it('names the epochs when SuperTickets would have none after pruning', () => {
    const check = (maxEpochs: number) => () =>
      checkRunFits(
        aConfig({
          method: { kind: 'super-tickets', ticketEpochs: 3 },
          training: { maxEpochs, maxLength: 64 },
        }),
        aDatasetSummary(),
        aCheckpointSummary(),
      )

    expect(check(3)).toThrowError(
      refusal('invalid-config', /3 epochs before its last training.*maxEpochs.* is 3/),
    )
    expect(check(4)).not.toThrow()
  })

  it('names the epochs when a search would leave none to its last training, or none to its patterns', () => {
    const check = (method: object, maxEpochs: number) => () =>
      checkRunFits(
        aConfig({
          method: { kind: 'auto-dropout', search: 'random', candidates: 3, ...method },
          training: { maxEpochs, maxLength: 64 },
        }),
        aDatasetSummary(),
        aCheckpointSummary(),
      )

    expect(check({ epochsPerCandidate: 2 }, 6)).toThrowError(refusal('invalid-config', /6 epochs before/))
    expect(check({ epochsPerCandidate: 2 }, 7)).not.toThrow()
    expect(check({ search: 'none' }, 1)).not.toThrow()
    expect(check({ crossTuning: true }, 9)).toThrowError(
      refusal('invalid-config', /crossTuning.*epochsPerCandidate of 1/),
    )
    expect(check({ crossTuning: true, epochsPerCandidate: 2 }, 7)).not.toThrow()
  })

  it('names the positions when inputs may be longer', () => {
    const config = aConfig({ training: { maxLength: 128 } })

    expect(() => checkRunFits(config, aDatasetSummary(), aCheckpointSummary())).toThrowError(
      refusal('invalid-config', /128.*64 tokens/),
    )
  })
})

describe('plannedSteps', () => {
  it('counts a last smaller batch and respects the limit', () => {
    const config = (limit: number | null) =>
      aConfig({ training: { batchSize: 16, maxEpochs: 5 }, limits: { trainExamples: limit } })

    expect(plannedSteps(config(null), aDatasetSummary())).toBe(15)
    expect(plannedSteps(config(20), aDatasetSummary())).toBe(10)
    expect(plannedSteps(config(4000), aDatasetSummary())).toBe(15)
  })
})
