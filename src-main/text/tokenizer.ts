/** From text to the ids a model reads, identical to Hugging Face's `tokenizers` library. */
import { z } from 'zod'
import type { TokenizerKind } from '@shared/results/checkpoint-summary.ts'
import { AddedTokenFinder } from './added-tokens.ts'
import { normalizeText, splitWords } from './bert-normalizer.ts'
import { readByteLevelSettings } from './byte-level-settings.ts'
import { ByteLevelTokenizer } from './byte-level-tokenizer.ts'
import { encodeWords } from './encode-words.ts'
import type { Encoding, Tokenizer, WordEncoding } from './encoding.ts'
import { longestFirst } from './longest-first.ts'
import { readWordPieceSettings, type TokenizerFiles, type WordPieceSettings } from './word-piece-settings.ts'
import { WordPiece } from './word-piece.ts'

const kindOfJson = z.object({
  model: z.object({ type: z.string().nullish() }),
  pre_tokenizer: z.object({ type: z.string() }).nullish().catch(null),
})

/**
 * What kind of tokenizer the files describe: `tokenizer.json` decides where there is one, else `vocab.txt` means WordPiece
 * and `vocab.json` byte-level BPE.
 *
 * @param files contents of the tokenizer files
 * @returns the kind; `none` without files; the name that tokenizer.json gives to a kind that is not read
 */
export function tokenizerKindOf(files: TokenizerFiles): TokenizerKind | 'none' | { readonly other: string } {
  const { tokenizerJson, vocabText, vocabJson } = files
  const described = tokenizerJson === undefined ? null : describedKind(tokenizerJson)
  if (described !== null && (typeof described === 'string' || vocabText === undefined)) return described
  if (tokenizerJson !== undefined || vocabText !== undefined) return 'wordpiece'
  return vocabJson === undefined ? 'none' : 'byte-level-bpe'
}

/** What tokenizer.json says of its kind; null where it says nothing: then the reader says what is wrong with it. */
function describedKind(tokenizerJson: string): TokenizerKind | { readonly other: string } | null {
  let content: unknown
  try {
    content = JSON.parse(tokenizerJson)
  } catch {
    return null
  }
  const parsed = kindOfJson.safeParse(content)
  const type = parsed.success ? (parsed.data.model.type ?? null) : null
  if (type === null) return null
  if (type === 'WordPiece') return 'wordpiece'
  return type === 'BPE' && parsed.data?.pre_tokenizer?.type === 'ByteLevel'
    ? 'byte-level-bpe'
    : { other: type }
}

/**
 * The tokenizer of a checkpoint, with the switches of `tokenizer_config.json`. Truncation and padding written in
 * `tokenizer.json` are ignored.
 *
 * @param files contents of the tokenizer files
 * @failure tokenizer-missing when there is none, or it is neither WordPiece nor byte-level BPE
 */
export function readTokenizer(files: TokenizerFiles): Tokenizer {
  return tokenizerKindOf(files) === 'byte-level-bpe'
    ? new ByteLevelTokenizer(readByteLevelSettings(files))
    : new WordPieceTokenizer(readWordPieceSettings(files))
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

  encodeWords(words: readonly string[], maxLength: number): WordEncoding {
    const { specialTokenIds } = this.#settings
    return encodeWords(words, (word) => this.#textIds(word), specialTokenIds, maxLength)
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
