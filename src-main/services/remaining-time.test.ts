import { describe, expect, it } from 'vitest'
import { runConfig } from '@shared/config/run-config.ts'
import { RemainingTime } from './remaining-time.ts'

const base = { schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'rte' }
const plain = runConfig.parse(base)
const crossTuned = runConfig.parse({ ...base, method: { kind: 'ad-drop' } })

describe('RemainingTime', () => {
  it('says nothing before 20 steps', () => {
    const remaining = new RemainingTime(plain)
    for (let step = 1; step <= 19; step += 1) remaining.addStep('fine-tuning', 1)

    expect(remaining.range(19, 100, 50)).toBeNull()
  })

  it('is steps left × median step, ±5 %, plus one evaluation for each epoch left', () => {
    const remaining = new RemainingTime(plain)
    for (let step = 1; step <= 30; step += 1) remaining.addStep('fine-tuning', 2)
    remaining.addEvaluation(10)

    const [low, high] = remaining.range(30, 100, 50) ?? [0, 0]

    expect(low).toBeCloseTo(70 * 2 * 0.95 + 20)
    expect(high).toBeCloseTo(70 * 2 * 1.05 + 20)
  })

  it('expects regularized epochs to cost more before the first was seen', () => {
    const remaining = new RemainingTime(crossTuned)
    for (let step = 1; step <= 50; step += 1) remaining.addStep('fine-tuning', 1)

    const [low, high] = remaining.range(50, 100, 50) ?? [0, 0]

    expect((low + high) / 2).toBeCloseTo(50 * 1.8)
  })

  it('expects both stages of SuperTickets to cost alike', () => {
    const remaining = new RemainingTime(
      runConfig.parse({ ...base, method: { kind: 'super-tickets', ticketEpochs: 1 } }),
    )
    for (let step = 1; step <= 50; step += 1) remaining.addStep('fine-tuning', 1)

    const [low, high] = remaining.range(50, 100, 50) ?? [0, 0]

    expect((low + high) / 2).toBeCloseTo(50)
  })

  it('widens with the spread of the step times', () => {
    const remaining = new RemainingTime(plain)
    for (let step = 1; step <= 40; step += 1) remaining.addStep('fine-tuning', step % 2 === 0 ? 1 : 3)

    expect(remaining.range(40, 50, 50)).toEqual([10, 30])
  })
})
