/** From text to the ids a BERT model reads, identical to Hugging Face's `tokenizers` library. */
import { AddedTokenFinder } from './added-tokens.ts'
import { normalizeText, splitWords } from './bert-normalizer.ts'
import { longestFirst } from './longest-first.ts'
import { readWordPieceSettings, type TokenizerFiles, type WordPieceSettings } from './word-piece-settings.ts'
import { WordPiece } from './word-piece.ts'

/** One example as a model reads it: special tokens included, not padded. */
export interface Encoding {
  readonly inputIds: readonly number[]
  /** 0 for `[CLS] first [SEP]`, 1 for `second [SEP]`; as long as `inputIds`. */
  readonly tokenTypeIds: readonly number[]
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
   * @param maxLength most tokens of the answer, special tokens included; at least 2, for pairs 3
   */
  encode(text: string, pair: string | undefined, maxLength: number): Encoding
  /**
   * Tokens as the vocabulary writes them, `##` included.
   *
   * @param inputIds ids in 0 … vocabSize − 1
   */
  tokens(inputIds: readonly number[]): string[]
}

/**
 * The tokenizer of a checkpoint: from `tokenizer.json` where there is one, else from `vocab.txt`, with the switches of
 * `tokenizer_config.json`. Truncation and padding written in `tokenizer.json` are ignored.
 *
 * @param files contents of the tokenizer files
 * @failure tokenizer-missing when there is none, or it is not a BERT WordPiece tokenizer
 */
export function readTokenizer(files: TokenizerFiles): Tokenizer {
  return new WordPieceTokenizer(readWordPieceSettings(files))
}

class WordPieceTokenizer implements Tokenizer {
  readonly padTokenId: number
  readonly vocabSize: number
  readonly #settings: WordPieceSettings
  readonly #wordPiece: WordPiece
  readonly #tokenOfId: readonly (string | undefined)[]
  readonly #writtenTokens: AddedTokenFinder
  readonly #normalizedTokens: AddedTokenFinder

  constructor(settings: WordPieceSettings) {
    this.#settings = settings
    this.padTokenId = settings.specialTokenIds.pad
    this.#wordPiece = new WordPiece({
      idOfToken: settings.idOfToken,
      unknownTokenId: settings.specialTokenIds.unknown,
      continuingPrefix: settings.continuingPrefix,
      maxCharactersPerWord: settings.maxCharactersPerWord,
    })
    const tokenOfId: (string | undefined)[] = []
    for (const [token, id] of settings.idOfToken) tokenOfId[id] = token
    this.#tokenOfId = tokenOfId
    this.vocabSize = settings.vocabSize
    this.#writtenTokens = new AddedTokenFinder(settings.addedTokens.filter((token) => !token.normalized))
    this.#normalizedTokens = new AddedTokenFinder(
      settings.addedTokens
        .filter((token) => token.normalized)
        .map((token) => ({ ...token, content: this.#normalize(token.content) })),
    )
  }

  encode(text: string, pair: string | undefined, maxLength: number): Encoding {
    const specialTokens = pair === undefined ? 2 : 3
    if (!(maxLength >= specialTokens)) {
      throw new RangeError(`maxLength is ${maxLength}, but the special tokens alone need ${specialTokens}.`)
    }
    const first = this.#textIds(text)
    const second = pair === undefined ? [] : this.#textIds(pair)
    const [keptFirst, keptSecond] = longestFirst(first.length, second.length, maxLength - specialTokens)
    const { classification, separator } = this.#settings.specialTokenIds
    const inputIds = [classification, ...first.slice(0, keptFirst), separator]
    const tokenTypeIds = new Array<number>(inputIds.length).fill(0)
    if (pair !== undefined) {
      inputIds.push(...second.slice(0, keptSecond), separator)
      while (tokenTypeIds.length < inputIds.length) tokenTypeIds.push(1)
    }
    return { inputIds, tokenTypeIds }
  }

  tokens(inputIds: readonly number[]): string[] {
    return inputIds.map((id) => {
      const token = this.#tokenOfId[id]
      if (token === undefined) throw new RangeError(`Token id ${id} is not in 0 … ${this.vocabSize - 1}.`)
      return token
    })
  }

  /** Ids of a text without special tokens around it. */
  #textIds(text: string): number[] {
    const ids: number[] = []
    for (const written of this.#writtenTokens.split(text)) {
      if (typeof written === 'number') {
        ids.push(written)
        continue
      }
      for (const part of this.#normalizedTokens.split(this.#normalize(written))) {
        if (typeof part === 'number') ids.push(part)
        else for (const word of splitWords(part)) for (const id of this.#wordPiece.ids(word)) ids.push(id)
      }
    }
    return ids
  }

  #normalize(text: string): string {
    return this.#settings.normalizer === null ? text : normalizeText(text, this.#settings.normalizer)
  }
}
