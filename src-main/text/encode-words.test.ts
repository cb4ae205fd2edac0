import { describe, expect, it } from 'vitest'
import { encodeWords } from './encode-words.ts'

/** One id a letter. */
const idsOf = (word: string): number[] => Array.from(word, (letter) => letter.charCodeAt(0))
const special = { classification: 1, separator: 2 }

describe('words as ids', () => {
  it('know which word every token is a part of; a word without tokens has none', () => {
    const { inputIds, wordIds } = encodeWords(['ab', '', 'c'], idsOf, special, 10)

    expect(inputIds).toEqual([1, 97, 98, 99, 2])
    expect(wordIds).toEqual([null, 0, 0, 2, null])
  })

  it('are cut off in the middle of a word where they are too long', () => {
    const { inputIds, wordIds, tokenTypeIds } = encodeWords(['ab', 'cd'], idsOf, special, 5)

    expect(inputIds).toEqual([1, 97, 98, 99, 2])
    expect(wordIds).toEqual([null, 0, 0, 1, null])
    expect(tokenTypeIds).toHaveLength(5)
  })

  it('need room for the special tokens', () => {
    expect(() => encodeWords(['a'], idsOf, special, 1)).toThrow(RangeError)
  })
})
