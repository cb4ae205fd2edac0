import { expect, it } from 'vitest'
import { measureInRounds, quietnessLines, type Contender } from './interleaved-rounds.mjs'

const silent = {
  say: () => undefined,
  keep: () => undefined,
  signal: new AbortController().signal,
  gauge: () => Promise.resolve(0.01),
}

function contender(name: string, log: string[], trouble?: string): Contender {
  return {
    name,
    precision: 'float32',
    measure: () => {
      log.push(name)
      return Promise.resolve(
        trouble === undefined ? { document: { name }, trouble } : { document: undefined, trouble },
      )
    },
  }
}

it('measures each once a round, every other round backwards', async () => {
  const log: string[] = []
  const measured = await measureInRounds(
    ['a', 'b', 'c'].map((name) => contender(name, log)),
    3,
    silent,
  )
  expect(log.join('')).toBe('abccbaabc')
  expect(measured.map(({ round }) => round)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3])
  expect(measured[0]).toMatchObject({
    contender: 'a',
    answer: { name: 'a' },
    trouble: null,
    workOfOthers: 0.01,
  })
})

it('leaves out who failed, and keeps the failure', async () => {
  const log: string[] = []
  const kept: number[] = []
  const measured = await measureInRounds([contender('a', log), contender('b', log, 'no compiler')], 3, {
    ...silent,
    keep: (rounds) => kept.push(rounds.length),
  })
  expect(log.join('')).toBe('abaa')
  expect(kept).toEqual([1, 2, 3, 4])
  expect(measured.filter(({ trouble }) => trouble !== null)).toMatchObject([
    { contender: 'b', round: 1, answer: null, trouble: 'no compiler' },
  ])
})

it('says so when others worked on the machine', () => {
  expect(quietnessLines([{ workOfOthers: 0.01 }, { workOfOthers: 0.04 }])).toEqual([])
  expect(quietnessLines([{ workOfOthers: 0.01 }, { workOfOthers: 0.5 }])[0]).toContain(
    'before 1 of 2 measurements',
  )
})
