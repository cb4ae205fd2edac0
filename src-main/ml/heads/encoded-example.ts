/** An example as ids, and how much it counts. */
import { ignoredLabel } from './targets.ts'

/** One example as ids. */
export interface EncodedExample {
  /** Special tokens included, not padded. */
  readonly inputIds: readonly number[]
  readonly tokenTypeIds: readonly number[]
  /** Class index or score; absent on unlabelled examples, and where tokens have labels. */
  readonly label?: number
  /** The words of an example whose tokens have labels. */
  readonly words?: EncodedWords
}

/** Words and their labels, by token. */
export interface EncodedWords {
  /** Place of each word's first token; null where the word was cut off or has no token. */
  readonly firstTokens: readonly (number | null)[]
  /** Class index of every token; `ignoredLabel` where it has none. */
  readonly tokenLabels: readonly number[]
}

/**
 * How much an example counts in the mean loss of several: 1, or the number of its labelled tokens.
 *
 * @param example labelled
 */
export function lossShare(example: EncodedExample): number {
  if (example.words === undefined) return 1
  return example.words.tokenLabels.reduce((count, label) => count + (label === ignoredLabel ? 0 : 1), 0)
}
