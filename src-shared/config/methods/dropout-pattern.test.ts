import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { methodConfig } from '../method-config.ts'
import { parsePattern, patternOf, patternSublayers, patternText } from './dropout-pattern.ts'

const sublayerPattern = fc.record({
  size: fc.integer({ min: 1, max: 64 }),
  stride: fc.integer({ min: 0, max: 64 }),
  shareTokens: fc.boolean(),
  shareUnits: fc.boolean(),
})
const untouched = { size: 0, stride: 0, shareTokens: false, shareUnits: false }

describe('a dropout pattern', () => {
  it('is read back from its text', () => {
    const patterns = fc.array(fc.option(sublayerPattern, { nil: untouched }), {
      minLength: patternSublayers.length,
      maxLength: patternSublayers.length,
    })
    fc.assert(
      fc.property(patterns, (of) => {
        const pattern = patternOf((sublayer) => of[patternSublayers.indexOf(sublayer)]!)
        expect(parsePattern(patternText(pattern))).toEqual(pattern)
      }),
    )
  })

  it('leaves alone what its text does not name', () => {
    expect(parsePattern('value 2/4 tc')).toEqual(
      patternOf((sublayer) =>
        sublayer === 'value' ? { size: 2, stride: 4, shareTokens: true, shareUnits: true } : untouched,
      ),
    )
    expect(patternText(parsePattern('none')!)).toBe('none')
  })

  it.each([
    '',
    'values 2/4',
    'value 2',
    'value 2/4 x',
    'value 65/4',
    'value 2/4, value 1/1',
    'none, key 1/1',
  ])('is not what a text of another form says: "%s"', (text) => {
    expect(parsePattern(text)).toBeNull()
    const parsed = methodConfig.safeParse({ kind: 'auto-dropout', pattern: text })
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['pattern'] })
    expect(parsed.error?.issues[0]?.message).toContain('sublayer, size/stride')
  })
})
