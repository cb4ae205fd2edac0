import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeness, expectClose, rounding } from './expect-close.ts'

// Nothing of these is a measurement.
beforeEach(() => vi.stubEnv('LAB_TEST_DISTANCES', undefined))
afterEach(() => vi.unstubAllEnvs())

describe('two ways of computing the same', () => {
  it('agree within the share of the largest expected number', () => {
    expectClose([8, 1 + 0.5], [8, 1], { relative: 1 / 16 })
    expect(() => {
      expectClose([8, 1 + 0.6], [8, 1], { relative: 1 / 16 })
    }).toThrow('1.6 against 1')
  })

  it('agree within the share of the scale that is given, for all or for each', () => {
    expectClose([0.5], [0], { relative: 0.25, scale: 2 })
    expectClose([1.5, 7], [1, 8], { relative: 0.5, scale: [1, 2] })
    expect(() => {
      expectClose([2, 7], [1, 8], { relative: 0.5, scale: [1, 2], what: 'key bias' })
    }).toThrow('key bias [0]: 2 against 1')
  })

  it.each([
    ['NaN found', [NaN], [1]],
    ['NaN expected', [1], [NaN]],
    ['infinity', [Infinity], [1]],
    ['the other infinity', [Infinity], [-Infinity]],
    ['fewer numbers', [1], [1, 2]],
    ['nothing', [], []],
    ['something where the scale is 0', [1e-30], [0]],
  ])('never agree: %s', (_, found, expected) => {
    expect(() => {
      expectClose(found, expected, { relative: 1 })
    }).toThrow()
  })

  it('agree where both are infinite', () => {
    expectClose([Infinity, 1], [Infinity, 1], { relative: 0, scale: 1 })
  })

  it('tell the comparison that comes nearest to its own limit', () => {
    expect(closeness([1, 3, 5.5], [0, 1, 5], { relative: 1, scale: [8, 8, 1] })).toEqual({
      distance: 0.5,
      limit: 1,
      at: 2,
    })
  })

  it('are recorded in the file that LAB_TEST_DISTANCES names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'distances-'))
    const file = join(folder, 'lines')
    vi.stubEnv('LAB_TEST_DISTANCES', file)

    expectClose([1.25, 2], [1, 2], { relative: 0.5, what: 'losses' })

    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      file: 'src-main/testing/expect-close.test.ts',
      test: expect.stringContaining('are recorded') as string,
      what: 'losses',
      distance: 0.25,
      limit: 1,
    })
    rmSync(folder, { recursive: true })
  })
})

it('bounds rounding by the number of operations', () => {
  expect(rounding(3)).toBe(3 * 2 ** -24)
  expect(rounding(3, 'float64')).toBe(3 * 2 ** -53)
})
