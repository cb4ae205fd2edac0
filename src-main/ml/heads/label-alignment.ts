/** Labels of words as labels of tokens. */
import { ignoredLabel } from './targets.ts'
import type { EncodedWords } from './encoded-example.ts'

/**
 * The label of every word at its first token; its other tokens, special tokens and words without a label have none.
 *
 * @source  Devlin et al. 2018, arXiv:1810.04805, section 5.3
 * @differs AD-DROP's released code labels every token of a word (`label_all_tokens`).
 * @param wordIds index of the word that each token is a part of, ascending; null for special tokens
 * @param wordLabels class index of every word; left out where there are none
 * @param words how many words there are, those that were cut off included
 */
export function alignedLabels(
  wordIds: readonly (number | null)[],
  wordLabels: readonly number[] | undefined,
  words: number,
): EncodedWords {
  const firstTokens = new Array<number | null>(words).fill(null)
  const tokenLabels = wordIds.map((word, place) => {
    if (word === null || firstTokens[word] !== null) return ignoredLabel
    firstTokens[word] = place
    return wordLabels?.[word] ?? ignoredLabel
  })
  return { firstTokens, tokenLabels }
}
