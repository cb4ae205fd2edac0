import { describe, expect, it } from 'vitest'
import { methodConfig } from './method-config.ts'
import { preparatoryEpochs, trainingStage } from './training-stages.ts'

describe('the stages of a run', () => {
  it('are one for most methods', () => {
    const method = methodConfig.parse({ kind: 'ad-drop' })

    expect(preparatoryEpochs(method)).toBe(0)
    expect(trainingStage(method, 4, 6)).toEqual({ firstEpoch: 1, epochs: 6, isLast: true })
  })

  it('are two for SuperTickets: before the pruning, and what is left after it', () => {
    const method = methodConfig.parse({ kind: 'super-tickets', ticketEpochs: 3 })

    expect(preparatoryEpochs(method)).toBe(3)
    expect(trainingStage(method, 3, 7)).toEqual({ firstEpoch: 1, epochs: 3, isLast: false })
    expect(trainingStage(method, 4, 7)).toEqual({ firstEpoch: 4, epochs: 4, isLast: true })
  })
})
