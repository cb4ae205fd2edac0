import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import { describe, expect, it } from 'vitest'
import { createEventSequence } from './event-sequence.ts'

const event = (seq: number): LabEvent => ({ seq, type: 'library-changed', what: 'datasets' })

function recorded() {
  const sequence = createEventSequence()
  const log: string[] = []
  sequence.onEvent((received) => log.push(`event ${received.seq}`))
  sequence.onGap(() => log.push('gap'))
  return { sequence, log }
}

describe('the event sequence', () => {
  it('hands on consecutive events, whatever number comes first', () => {
    const { sequence, log } = recorded()
    for (const seq of [41, 42, 43]) sequence.receive(event(seq))
    expect(log).toEqual(['event 41', 'event 42', 'event 43'])
  })

  it('reports a gap before it hands on the event behind it', () => {
    const { sequence, log } = recorded()
    for (const seq of [1, 2, 5]) sequence.receive(event(seq))
    expect(log).toEqual(['event 1', 'event 2', 'gap', 'event 5'])
  })

  it('drops an event that came before', () => {
    const { sequence, log } = recorded()
    for (const seq of [7, 8, 8, 7, 9]) sequence.receive(event(seq))
    expect(log).toEqual(['event 7', 'event 8', 'event 9'])
  })

  it('takes a number that starts again at 1 for a restarted main process', () => {
    const { sequence, log } = recorded()
    for (const seq of [7, 1, 2]) sequence.receive(event(seq))
    expect(log).toEqual(['event 7', 'gap', 'event 1', 'event 2'])
  })

  it('ignores what is not an event and stops telling listeners that left', () => {
    const sequence = createEventSequence()
    const seen: number[] = []
    const stop = sequence.onEvent((received) => seen.push(received.seq))
    sequence.receive(null)
    sequence.receive({ seq: 'one', type: 'queue-changed' })
    sequence.receive(event(1))
    stop()
    sequence.receive(event(2))
    expect(seen).toEqual([1])
  })
})
