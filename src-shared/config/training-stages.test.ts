import { describe, expect, it } from 'vitest'
import { methodConfig } from './method-config.ts'
import { preparatoryEpochs, trainingStage } from './training-stages.ts'

describe('the stages of a run', () => {
  it('are one for most methods', () => {
    const method = methodConfig.parse({ kind: 'ad-drop' })

    expect(preparatoryEpochs(method)).toBe(0)
    expect(trainingStage(method, 4, 6)).toEqual({ firstEpoch: 1, epochs: 6, isLast: true })
  })

  it('are one for each candidate of a search, and the last', () => {
    const settings = { kind: 'auto-dropout', candidates: 3, epochsPerCandidate: 2 }
    const method = methodConfig.parse({ ...settings, search: 'random' })

    expect(preparatoryEpochs(method)).toBe(6)
    expect(trainingStage(method, 4, 10)).toEqual({ firstEpoch: 3, epochs: 2, isLast: false })
    expect(trainingStage(method, 7, 10)).toEqual({ firstEpoch: 7, epochs: 4, isLast: true })
    expect(preparatoryEpochs(methodConfig.parse({ ...settings, search: 'none' }))).toBe(0)
  })

  it('are two for SuperTickets: before the pruning, and what is left after it', () => {
    const method = methodConfig.parse({ kind: 'super-tickets', ticketEpochs: 3 })

    expect(preparatoryEpochs(method)).toBe(3)
    expect(trainingStage(method, 3, 7)).toEqual({ firstEpoch: 1, epochs: 3, isLast: false })
    expect(trainingStage(method, 4, 7)).toEqual({ firstEpoch: 4, epochs: 4, isLast: true })
  })
})
