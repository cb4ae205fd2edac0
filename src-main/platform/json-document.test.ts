import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, DocumentProblem, parseJsonDocument } from './json-document.ts'

const problemOf = (action: () => unknown): string => {
  try {
    action()
  } catch (thrown) {
    if (thrown instanceof DocumentProblem) return thrown.message
    throw thrown
  }
  return 'none'
}

describe('text', () => {
  it('is read with and without a byte-order mark', () => {
    expect(decodeUtf8(Buffer.from('\uFEFFä'))).toBe('ä')
    expect(decodeUtf8(Buffer.from('ä'))).toBe('ä')
  })

  it('in UTF-16 is named, with and without a mark, either way round', () => {
    const little = Buffer.from('{"a": 1}', 'utf16le')
    const big = Buffer.from(little).swap16()
    const marked = Buffer.from('\uFEFF{}', 'utf16le')
    for (const bytes of [little, big, marked, Buffer.from(marked).swap16()])
      expect(problemOf(() => decodeUtf8(bytes))).toContain('UTF-16')
  })

  it('in another encoding is named with the first line that is not UTF-8', () => {
    expect(problemOf(() => decodeUtf8(Buffer.from('plain\ncaf\xe9\n', 'latin1')))).toContain('line 2')
  })
})

describe('JSON', () => {
  it('gives what JSON.parse gives, for any value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseJsonDocument(text).value).toEqual(JSON.parse(text))
      }),
    )
  })

  it('names keys that stand twice in one object, and only those', () => {
    expect(parseJsonDocument('{"a": 1, "b": {"a": 2}, "c": ["a", "a"], "d": "a"}').repeatedKeys).toEqual([])
    expect(parseJsonDocument('{"a": {"x\\"": 1, "x\\"" : 2}, "a": 3}').repeatedKeys).toEqual(['x\\"', 'a'])
  })

  it('nested too deeply is refused before it is built, whatever else is wrong with it', () => {
    const deep = '['.repeat(5_000_000)
    expect(problemOf(() => parseJsonDocument(deep))).toContain('nested more than 100 levels')
    expect(problemOf(() => parseJsonDocument(`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`))).toContain(
      'nested',
    )
    expect(problemOf(() => parseJsonDocument(`"${'['.repeat(1000)}"`))).toBe('none')
  })

  it('that is none is refused with the parser’s words, an empty file as empty', () => {
    expect(problemOf(() => parseJsonDocument('{"a": 1,}'))).toContain('is not JSON')
    expect(problemOf(() => parseJsonDocument(' \n'))).toBe('is empty')
  })
})
