/** Tokens that are recognised where they stand written in a text, before any word is split: `[MASK]`, `[SEP]`, …. */

/** One such token, as `tokenizer.json` describes it. */
export interface AddedToken {
  readonly content: string
  readonly id: number
  /** Takes the white space on its left, on its right. */
  readonly lstrip: boolean
  readonly rstrip: boolean
  /** Recognised only where no letter or digit touches it. */
  readonly singleWord: boolean
  /** Looked for in the normalized text instead of the text as written. */
  readonly normalized: boolean
}

/** A stretch of ordinary text, or the id of a token found in it. */
export type TextOrToken = string | number

/** Finds added tokens in texts. With no tokens every text is one stretch. */
export class AddedTokenFinder {
  readonly #pattern: RegExp | null
  readonly #idOfContent: ReadonlyMap<string, number>

  constructor(tokens: readonly AddedToken[]) {
    this.#idOfContent = new Map(tokens.map((token) => [token.content, token.id]))
    // Alternatives are tried in order: the longest of several tokens that begin at one place must come first.
    const longestFirst = tokens
      .filter((token) => token.content !== '')
      .sort((a, b) => b.content.length - a.content.length)
    this.#pattern = longestFirst.length === 0 ? null : new RegExp(longestFirst.map(source).join('|'), 'gu')
  }

  /**
   * The text cut at the tokens found, empty stretches left out.
   *
   * @param text text as written, or normalized for tokens that are `normalized`
   */
  split(text: string): readonly TextOrToken[] {
    if (this.#pattern === null) return [text]
    const parts: TextOrToken[] = []
    let end = 0
    for (const match of text.matchAll(this.#pattern)) {
      if (match.index > end) parts.push(text.slice(end, match.index))
      const id = this.#idOfContent.get(match[0]) ?? this.#idOfContent.get(match[0].trim())
      if (id === undefined) throw new Error(`Added token "${match[0]}" was found but has no id.`)
      parts.push(id)
      end = match.index + match[0].length
    }
    if (end < text.length) parts.push(text.slice(end))
    return parts
  }
}

function source(token: AddedToken): string {
  const literal = token.content.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const before = token.singleWord ? '(?<![\\p{L}\\p{N}_])' : ''
  const after = token.singleWord ? '(?![\\p{L}\\p{N}_])' : ''
  return `${token.lstrip ? '\\p{White_Space}*' : ''}${before}${literal}${after}${token.rstrip ? '\\p{White_Space}*' : ''}`
}
