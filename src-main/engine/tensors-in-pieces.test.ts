import { describe, expect, it } from 'vitest'
import { tensorsInPieces } from './tensors-in-pieces.ts'

const mebibytes = (count: number): readonly number[] => [count, 2 ** 18]

/** Tensors of weights of so many MiB; answers which weights were copied together. */
function copying(sizes: Readonly<Record<string, number>>, prefixes: readonly string[]) {
  const asked: (readonly string[])[] = []
  const shapes = new Map(Object.entries(sizes).map(([name, count]) => [name, mebibytes(count)]))
  const sequence = tensorsInPieces(shapes, prefixes, (names) => {
    asked.push(names)
    return prefixes.map((prefix) => new Map(names.map((name) => [name, numbersOf(`${prefix}${name}`)])))
  })
  return { sequence, asked }
}

const numbersOf = (name: string): Float32Array => Float32Array.of(...Buffer.from(name))

describe('tensors in pieces', () => {
  it('copies together what fits into 32 MiB, and a larger weight alone', () => {
    const { sequence, asked } = copying({ a: 20, b: 12, c: 1, table: 47, d: 30, e: 2, f: 1 }, [''])
    expect(asked).toEqual([])
    expect([...sequence.values]).toHaveLength(7)
    expect(asked).toEqual([['a', 'b'], ['c'], ['table'], ['d', 'e'], ['f']])
  })

  it('copies a piece only once all before it were taken', () => {
    const { sequence, asked } = copying({ a: 30, b: 30 }, [''])
    const values = sequence.values[Symbol.iterator]()
    values.next()
    expect(asked).toEqual([['a']])
    values.next()
    expect(asked).toEqual([['a'], ['b']])
    expect(values.next().done).toBe(true)
  })

  it('gives values in the order of the heads, each kind under its prefix', () => {
    const { sequence } = copying({ a: 20, b: 12, c: 1 }, ['m.', 'v.'])
    const names = ['m.a', 'm.b', 'v.a', 'v.b', 'm.c', 'v.c']
    expect(sequence.heads.map(({ name }) => name)).toEqual(names)
    expect(sequence.heads[3]!.shape).toEqual(mebibytes(12))
    expect([...sequence.values]).toEqual(names.map(numbersOf))
  })

  it.each([NaN, -Infinity])('ends, naming the tensor, at a value that is %s', (value) => {
    const shapes = new Map([['w', [3]]])
    const { values } = tensorsInPieces(shapes, ['exp_avg.', 'exp_avg_sq.'], () => [
      new Map([['w', Float32Array.of(1, 2, 3)]]),
      new Map([['w', Float32Array.of(1, value, 3)]]),
    ])

    expect(() => [...values]).toThrow(`exp_avg_sq.w holds ${value} (index 1)`)
  })

  it('is empty without weights', () => {
    const { sequence, asked } = copying({}, [''])
    expect(sequence.heads).toEqual([])
    expect([...sequence.values]).toEqual([])
    expect(asked).toEqual([])
  })
})
