/** `vocab.txt` as editors and systems save it: one piece a line, its id the line's number from 0. */

/** Pieces of a vocabulary file. */
export interface VocabularyLines {
  /** By id. */
  readonly tokens: readonly string[]
  /** What is odd about the file, one sentence each. */
  readonly warnings: readonly string[]
}

/**
 * Reads a vocabulary file. A byte-order mark, Windows' and old Mac's line ends, and empty lines at the end are an editor's
 * and belong to no piece.
 *
 * @param text the file's content
 */
export function readVocabularyLines(text: string): VocabularyLines {
  const tokens = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  let numTrailing = 0
  while (tokens.at(-1)?.trim() === '') {
    tokens.pop()
    numTrailing += 1
  }
  return {
    tokens,
    warnings: [
      ...(numTrailing > 1
        ? [
            `vocab.txt ends with ${numTrailing - 1} empty ${numTrailing === 2 ? 'line' : 'lines'}, which are left out.`,
          ]
        : []),
      ...emptyLines(tokens),
      ...repeatedTokens(tokens),
      ...surroundedTokens(tokens),
    ],
  }
}

function emptyLines(tokens: readonly string[]): string[] {
  const lines = tokens.flatMap((token, index) => (token === '' ? [index + 1] : []))
  if (lines.length === 0) return []
  return [
    `vocab.txt has ${lines.length} empty ${lines.length === 1 ? 'line' : 'lines'} inside: ${some(lines)}. They count as pieces.`,
  ]
}

function repeatedTokens(tokens: readonly string[]): string[] {
  const firstLine = new Map<string, number>()
  const repeated: string[] = []
  tokens.forEach((token, index) => {
    const first = firstLine.get(token)
    if (first === undefined) firstLine.set(token, index + 1)
    else if (token !== '') repeated.push(`“${token}” (lines ${first} and ${index + 1})`)
  })
  if (repeated.length === 0) return []
  return [
    `vocab.txt has ${repeated.length} ${repeated.length === 1 ? 'piece' : 'pieces'} twice: ${some(repeated)}. The later line counts.`,
  ]
}

/** Texts are cut at white space before they are looked up. */
function surroundedTokens(tokens: readonly string[]): string[] {
  const lines = tokens.flatMap((token, index) => (token !== '' && /\s/.test(token) ? [index + 1] : []))
  if (lines.length === 0) return []
  return [
    `${lines.length} ${lines.length === 1 ? 'line' : 'lines'} of vocab.txt ${lines.length === 1 ? 'holds' : 'hold'} white space beside the piece and can never match: line ${some(lines)}.`,
  ]
}

function some(found: readonly (string | number)[]): string {
  return found.length > 3
    ? `${found.slice(0, 3).join(', ')} … and ${found.length - 3} more`
    : found.join(', ')
}
