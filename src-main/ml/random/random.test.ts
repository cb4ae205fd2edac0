import { usePlainBackend } from '../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { javascriptUniform, passKey, passRandom } from './uniform-source.ts'
import { mixBits, normalValues, shuffle, uniformSequence } from './seed-mixing.ts'

beforeAll(usePlainBackend)

describe('uniform numbers by key', () => {
  it('depend on seed, step, pass and site, and on nothing else', () => {
    const draw = (seed: number, step: number, pass: 'first' | 'second', site: string): number[] =>
      Array.from(
        passRandom(javascriptUniform, passKey(seed, step, pass))
          .uniform([5], site)
          .dataSync(),
      )
    const reference = draw(1, 2, 'first', 'layer.0.output')

    expect(draw(1, 2, 'first', 'layer.0.output')).toEqual(reference)
    expect(draw(9, 2, 'first', 'layer.0.output')).not.toEqual(reference)
    expect(draw(1, 3, 'first', 'layer.0.output')).not.toEqual(reference)
    expect(draw(1, 2, 'second', 'layer.0.output')).not.toEqual(reference)
    expect(draw(1, 2, 'first', 'layer.1.output')).not.toEqual(reference)
  })

  it('have the mean, variance and neighbours of uniform numbers', () => {
    const count = 100_000
    const values = Array.from(javascriptUniform([count], [12, 34]).dataSync())
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
    let product = 0
    for (let i = 1; i < count; i++) product += (values[i]! - mean) * (values[i - 1]! - mean)

    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * count))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002)
    expect(Math.abs(product / count / variance)).toBeLessThan(5 / Math.sqrt(count))
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1)
  })
})

describe('sequences', () => {
  it('are told apart by purpose and index', () => {
    const first = (purpose: string, index: number): number => uniformSequence(1, purpose, index)()

    expect(new Set([first('order', 1), first('order', 2), first('weights', 1)]).size).toBe(3)
  })

  it('shuffle every item to every place about equally often', () => {
    const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0))
    for (let i = 0; i < 5000; i++) {
      shuffle([0, 1, 2, 3, 4], uniformSequence(i, 'shuffle')).forEach(
        (item, place) => counts[item]![place]!++,
      )
    }

    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * 0.8))
  })

  it('give normal numbers of the asked spread', () => {
    const values = normalValues(50_001, 0.02, uniformSequence(3, 'normal'))
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

    expect(Math.abs(deviation - 0.02)).toBeLessThan(0.0005)
    expect(values.every(Number.isFinite)).toBe(true)
  })

  it('mix depends on the order of its numbers', () => {
    expect(mixBits(1, 2)).not.toBe(mixBits(2, 1))
  })
})
