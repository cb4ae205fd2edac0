/** What a tokenizer of any kind does. */

/** One example as a model reads it: special tokens included, not padded. */
export interface Encoding {
  readonly inputIds: readonly number[]
  /** 0 for `[CLS] first [SEP]`, 1 for `second [SEP]`; as long as `inputIds`. */
  readonly tokenTypeIds: readonly number[]
}

/** A text given as words, as a model reads it. */
export interface WordEncoding extends Encoding {
  /** Index of the word that each token is a part of; null for special tokens. */
  readonly wordIds: readonly (number | null)[]
}

/** Turns texts into ids and ids into tokens. */
export interface Tokenizer {
  readonly padTokenId: number
  /** Highest id plus one; the word embedding table needs at least this many rows. */
  readonly vocabSize: number
  /**
   * Ids of a text or of a pair, shortened longest first by the rule of Hugging Face's library
   * (see `longest-first.ts`). An empty pair is still a pair: `[CLS] text [SEP] [SEP]`.
   *
   * @param text first text
   * @param pair second text; undefined for a single text
   * @param maxLength most tokens of the answer, special tokens included; at least 2, for pairs 3 (RoBERTa 4)
   */
  encode(text: string, pair: string | undefined, maxLength: number): Encoding
  /**
   * Ids of a text that comes as words: each is tokenized by itself, in RoBERTa's tokenizer as if a space stood before it.
   *
   * @param words of one text
   * @param maxLength most tokens of the answer, special tokens included; at least 2
   */
  encodeWords(words: readonly string[], maxLength: number): WordEncoding
  /**
   * Tokens as the vocabulary writes them, `##` included.
   *
   * @param inputIds ids in 0 … vocabSize − 1
   */
  tokens(inputIds: readonly number[]): string[]
}
