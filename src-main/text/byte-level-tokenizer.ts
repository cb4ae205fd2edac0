/** From text to the ids a RoBERTa model reads, identical to Hugging Face's `tokenizers` library. */
import { AddedTokenFinder, type AddedToken } from './added-tokens.ts'
import { ByteLevelBpe, splitByteLevelWords } from './byte-level-bpe.ts'
import { longestFirst } from './longest-first.ts'
import { encodeWords } from './encode-words.ts'
import type { Encoding, Tokenizer, WordEncoding } from './encoding.ts'

/** A byte-level tokenizer's vocabulary, switches and special tokens. */
export interface ByteLevelSettings {
  readonly idOfToken: ReadonlyMap<string, number>
  /** Pairs of pieces, the first is merged first. */
  readonly merges: readonly (readonly [string, string])[]
  /** Whether a text is read as if a space stood before it. */
  readonly addPrefixSpace: boolean
  readonly addedTokens: readonly AddedToken[]
  readonly specialTokenIds: {
    readonly pad: number
    /** `<s>` */
    readonly classification: number
    /** `</s>` */
    readonly separator: number
  }
  /** Highest id plus one. */
  readonly vocabSize: number
}

/** `<s> text </s>`, and for pairs `<s> text </s></s> pair </s>`; every token has type 0. */
export class ByteLevelTokenizer implements Tokenizer {
  readonly padTokenId: number
  readonly vocabSize: number
  readonly #settings: ByteLevelSettings
  readonly #encoder: ByteLevelBpe
  readonly #addedTokens: AddedTokenFinder
  readonly #tokenOfId: readonly (string | undefined)[]

  /**
   * @param settings vocabulary, merges and special tokens
   */
  constructor(settings: ByteLevelSettings) {
    this.#settings = settings
    this.padTokenId = settings.specialTokenIds.pad
    this.vocabSize = settings.vocabSize
    this.#encoder = new ByteLevelBpe(settings.idOfToken, settings.merges)
    this.#addedTokens = new AddedTokenFinder(settings.addedTokens)
    const tokenOfId: (string | undefined)[] = []
    for (const [token, id] of settings.idOfToken) tokenOfId[id] = token
    this.#tokenOfId = tokenOfId
  }

  encode(text: string, pair: string | undefined, maxLength: number): Encoding {
    const specialTokens = pair === undefined ? 2 : 4
    if (!(maxLength >= specialTokens)) {
      throw new RangeError(`maxLength is ${maxLength}, but the special tokens alone need ${specialTokens}.`)
    }
    const first = this.#textIds(text)
    const second = pair === undefined ? [] : this.#textIds(pair)
    const [keptFirst, keptSecond] = longestFirst(first.length, second.length, maxLength - specialTokens)
    const { classification, separator } = this.#settings.specialTokenIds
    const inputIds = [classification, ...first.slice(0, keptFirst), separator]
    if (pair !== undefined) inputIds.push(separator, ...second.slice(0, keptSecond), separator)
    return { inputIds, tokenTypeIds: new Array<number>(inputIds.length).fill(0) }
  }

  encodeWords(words: readonly string[], maxLength: number): WordEncoding {
    const { specialTokenIds } = this.#settings
    return encodeWords(words, (word) => this.#textIds(word, true), specialTokenIds, maxLength)
  }

  tokens(inputIds: readonly number[]): string[] {
    return inputIds.map((id) => {
      const token = this.#tokenOfId[id]
      if (token === undefined) throw new RangeError(`Token id ${id} is not in 0 … ${this.vocabSize - 1}.`)
      return token
    })
  }

  /** Ids of a text without special tokens around it. */
  #textIds(text: string, isPrefixed = this.#settings.addPrefixSpace): number[] {
    const ids: number[] = []
    for (const part of this.#addedTokens.split(text)) {
      if (typeof part === 'number') ids.push(part)
      else
        for (const word of splitByteLevelWords(isPrefixed && !part.startsWith(' ') ? ` ${part}` : part))
          ids.push(...this.#encoder.ids(word))
    }
    return ids
  }
}
