/** Texts that come as words: which word every token is a part of. */
import type { WordEncoding } from './encoding.ts'

/** What stands around a text. */
interface SurroundingIds {
  readonly classification: number
  readonly separator: number
}

/**
 * Words one by one, each tokenized by itself, with special tokens around them; cut off at the end where they are too many.
 *
 * @param words of the text
 * @param idsOf ids of one word without special tokens; none for a word that nothing is left of
 * @param special what stands around them
 * @param maxLength most tokens, special tokens included; at least 2
 */
export function encodeWords(
  words: readonly string[],
  idsOf: (word: string) => readonly number[],
  special: SurroundingIds,
  maxLength: number,
): WordEncoding {
  if (!(maxLength >= 2))
    throw new RangeError(`maxLength is ${maxLength}, but the special tokens alone need 2.`)
  const ids: number[] = []
  const wordIds: (number | null)[] = []
  for (const [index, word] of words.entries()) {
    if (ids.length >= maxLength - 2) break
    for (const id of idsOf(word)) {
      ids.push(id)
      wordIds.push(index)
    }
  }
  const kept = ids.slice(0, maxLength - 2)
  const inputIds = [special.classification, ...kept, special.separator]
  return {
    inputIds,
    tokenTypeIds: new Array<number>(inputIds.length).fill(0),
    wordIds: [null, ...wordIds.slice(0, kept.length), null],
  }
}
