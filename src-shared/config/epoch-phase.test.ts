import { describe, expect, it } from 'vitest'
import { epochPhase } from './epoch-phase.ts'
import { methodConfig } from './method-config.ts'

const phasesOf = (method: object): string[] =>
  [1, 2, 3, 4].map((epoch) => epochPhase(methodConfig.parse(method), epoch))

describe('the objective of an epoch', () => {
  it('alternates under cross-tuning, the first epoch plain', () => {
    expect(phasesOf({ kind: 'ad-drop' })).toEqual([
      'fine-tuning',
      'regularized',
      'fine-tuning',
      'regularized',
    ])
  })

  it('is one and the same without cross-tuning', () => {
    expect(new Set(phasesOf({ kind: 'fine-tuning' }))).toEqual(new Set(['fine-tuning']))
    expect(new Set(phasesOf({ kind: 'ad-drop', crossTuning: false }))).toEqual(new Set(['regularized']))
  })

  it('alternates within every training of a search', () => {
    const search = { kind: 'auto-dropout', search: 'random', candidates: 2, epochsPerCandidate: 1 }

    expect(phasesOf({ ...search, crossTuning: true })).toEqual([
      ...['fine-tuning', 'fine-tuning'],
      ...['fine-tuning', 'regularized'],
    ])
    expect(new Set(phasesOf(search))).toEqual(new Set(['regularized']))
  })

  it('is plain fine-tuning until SuperTickets prunes', () => {
    expect(phasesOf({ kind: 'super-tickets', ticketEpochs: 3 })).toEqual([
      'fine-tuning',
      'fine-tuning',
      'fine-tuning',
      'regularized',
    ])
  })
})
