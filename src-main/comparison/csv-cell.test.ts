import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell } from './csv-cell.ts'

describe('a cell of a CSV file', () => {
  it.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '＝1',
    '-cmd',
    '=HYPERLINK("x")',
  ])('is no formula: %j', (text) => {
    const [[read]] = parse(csvCell(text)) as [[string]]
    expect(read).toBe(`'${text}`)
  })

  it.each([-0.5, -1e-7, 0, 3, '-0.5', '-0.51 0.52 -3e-5', '-2'])(
    'stays the number that it is: %j',
    (value) => {
      expect(csvCell(value)).toBe(String(value))
    },
  )

  it('stays the text that it is, quoted where a reader needs it', () => {
    expect(csvCell('a = b')).toBe('a = b')
    expect(csvCell('odd, "quoted"\nname')).toBe('"odd, ""quoted""\nname"')
    expect(csvCell(null)).toBe('')
    expect(csvCell(true)).toBe('true')
  })

  it('reads back as it was, but for the apostrophe, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const [[read]] = parse(`${csvCell(text)},x`, { bom: false }) as [[string]]
        expect([text, `'${text}`]).toContain(read)
        if (/^[=+@]/.test(text)) expect(read).toBe(`'${text}`)
      }),
      { seed: 18 },
    )
  })
})
