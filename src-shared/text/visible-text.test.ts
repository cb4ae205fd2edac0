import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oneLine, visibleText } from './visible-text.ts'

describe('text that steers nothing', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\u009b2J', '\\x9b2J'],
    ['abc\u202etxt.exe', 'abc\\u202etxt.exe'],
    ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
    ['bell\u0007 back\b del\u007f', 'bell\\x07 back\\x08 del\\x7f'],
    ['over\rwritten', 'over\\rwritten'],
    ['a\u2028b', 'a\\u2028b'],
    ['half \ud83d of one', 'half \\ud83d of one'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('shows %j as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
    expect(oneLine(text)).toBe(shown)
  })

  it('keeps what people write', () => {
    for (const text of ['été 100 %', '中文', '👩‍🔬 emoji', 'e\u0301', 'שלום', 'α ≤ β']) {
      expect(visibleText(text)).toBe(text)
      expect(oneLine(text)).toBe(text)
    }
  })

  it('keeps lines and tabs, unless one line is asked for', () => {
    expect(visibleText('a\n\tb')).toBe('a\n\tb')
    expect(oneLine('a\n\tb')).toBe('a\\n\\tb')
  })

  it('has no control character, whatever it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
        expect(visibleText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      }),
      { seed: 18 },
    )
  })
})
