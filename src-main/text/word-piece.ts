/** WordPiece: a word becomes the longest vocabulary entries that spell it, from left to right. */

/** Tokens and their ids. */
export interface WordPieceVocabulary {
  readonly idOfToken: ReadonlyMap<string, number>
  readonly unknownTokenId: number
  /** What a piece inside a word begins with, `##` in every published BERT. */
  readonly continuingPrefix: string
  /** Longer words become the unknown token, counted in characters. */
  readonly maxCharactersPerWord: number
}

/** Words remembered with their ids; natural text repeats most of its words. */
const maxRememberedWords = 50_000

/** Looks words up in one vocabulary. */
export class WordPiece {
  readonly #vocabulary: WordPieceVocabulary
  readonly #longestToken: number
  readonly #remembered = new Map<string, readonly number[]>()

  constructor(vocabulary: WordPieceVocabulary) {
    this.#vocabulary = vocabulary
    let longest = 0
    for (const token of vocabulary.idOfToken.keys()) longest = Math.max(longest, token.length)
    this.#longestToken = longest
  }

  /**
   * Ids of one word's pieces; the unknown token alone when the vocabulary cannot spell it.
   *
   * @param word normalized word without white space
   */
  ids(word: string): readonly number[] {
    const known = this.#remembered.get(word)
    if (known !== undefined) return known
    const ids = this.#lookUp(word)
    if (this.#remembered.size >= maxRememberedWords) this.#remembered.clear()
    this.#remembered.set(word, ids)
    return ids
  }

  #lookUp(word: string): readonly number[] {
    const { idOfToken, unknownTokenId, continuingPrefix, maxCharactersPerWord } = this.#vocabulary
    // A UTF-16 length bounds the number of characters from above.
    if (word.length > maxCharactersPerWord && Array.from(word).length > maxCharactersPerWord) {
      return [unknownTokenId]
    }
    const ids: number[] = []
    let start = 0
    while (start < word.length) {
      const prefix = start === 0 ? '' : continuingPrefix
      let end = Math.min(word.length, start + this.#longestToken)
      let id: number | undefined
      for (; end > start; end--) {
        id = idOfToken.get(prefix + word.slice(start, end))
        if (id !== undefined) break
      }
      if (id === undefined) return [unknownTokenId]
      ids.push(id)
      start = end
    }
    return ids
  }
}
