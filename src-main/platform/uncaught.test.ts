import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { handleUncaught, type Uncaught } from './uncaught.ts'

function listened(onUncaught?: (uncaught: Uncaught) => void) {
  const source = new EventEmitter()
  const lines: string[] = []
  const told: Uncaught[] = []
  const clock = { now: 0 }
  const logger = createLogger('app', (line) => lines.push(line))
  handleUncaught(logger, onUncaught ?? ((uncaught) => told.push(uncaught)), source, () => clock.now)
  return { source, lines, told, clock }
}

it('logs an exception and a rejection with the stack, and hands each on in one line', () => {
  const { source, lines, told } = listened()
  source.emit('uncaughtException', new TypeError('no such thing\nsecond line'))
  source.emit('unhandledRejection', 'a text')
  expect(told).toEqual([
    { kind: 'exception', summary: 'TypeError: no such thing' },
    { kind: 'rejection', summary: 'a text' },
  ])
  expect(lines[0]).toMatch(/error app: nobody caught this exception .*uncaught\.test\.ts/)
  expect(lines[1]).toMatch(/nobody caught this rejection .*a text/)
})

it('bounds what is thrown over and over, says how much it left out, and listens on', () => {
  const { source, lines, told, clock } = listened()
  for (let time = 0; time < 1000; time += 1) source.emit('uncaughtException', new Error('again'))
  expect(told).toHaveLength(20)
  clock.now = 60_001
  source.emit('uncaughtException', new Error('later'))
  expect(told).toHaveLength(21)
  expect(lines.filter((line) => line.includes('980 more like it'))).toHaveLength(1)
})

it('outlives a handler that throws itself', () => {
  const { source, lines } = listened(() => {
    throw new Error('the handler')
  })
  source.emit('uncaughtException', new Error('first'))
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(/the handler/)
})
