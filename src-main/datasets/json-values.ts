/** Finds the values of a JSON text that is an array, or a stream of objects over several lines, with their lines. */

/** One value, as a piece of the text. */
export interface JsonPiece {
  /** Line it begins on, counted from 1. */
  readonly row: number
  readonly text: string
}

/** The values one after the other, whether or not they are well formed. */
export interface JsonPieces {
  readonly pieces: readonly JsonPiece[]
  /** Line of the value that never ends; null: every one does. */
  readonly unterminated: number | null
}

const opening = new Set(['{', '['])
const closing = new Set(['}', ']'])

/**
 * Cuts a text into its outermost values, those of the array when it is one. Brackets are counted outside of strings, so
 * a defect inside one value leaves the others alone.
 *
 * @param text the whole file
 */
export function jsonPieces(text: string): JsonPieces {
  const isArray = text.trimStart().startsWith('[')
  const base = isArray ? 1 : 0
  const pieces: JsonPiece[] = []
  let [depth, line, start, row] = [0, 1, -1, 1]
  const begin = (at: number): void => {
    if (start < 0) [start, row] = [at, line]
  }
  const end = (at: number): void => {
    if (start >= 0 && text.slice(start, at).trim() !== '')
      pieces.push({ row, text: text.slice(start, at).trim() })
    start = -1
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!
    if (sign === '\n') line += 1
    else if (sign === '"') {
      begin(at)
      const stop = stringEnd(text, at + 1)
      at = stop
    } else if (opening.has(sign)) {
      if (depth >= base) begin(at)
      depth += 1
    } else if (closing.has(sign)) {
      depth -= 1
      if (depth === base) end(at + 1)
      else if (depth < base) end(at)
    } else if (sign === ',' && depth === base) end(at)
    else if (depth >= base && !/\s/.test(sign)) begin(at)
  }
  const isOpen = start >= 0 && depth > base
  if (start >= 0 && !isOpen) end(text.length)
  return { pieces, unterminated: isOpen ? row : isArray && depth > 0 ? 1 : null }
}

/** The quote that ends a string, or the line end or the text's end before it: no JSON string runs over lines. */
function stringEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x5c) at += 1
    else if (code === 0x22) return at
    else if (code === 0x0a) return at - 1
  }
  return text.length
}

/** A string in an object is a key when a colon follows. */
function isKey(text: string, start: number): boolean {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at += 1
  return text[at] === ':'
}

/**
 * A key that an object has twice; null when every key is there once.
 *
 * @param text a well-formed JSON object
 */
export function repeatedKey(text: string): string | null {
  const keys = new Set<string>()
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!
    if (opening.has(sign)) depth += 1
    else if (closing.has(sign)) depth -= 1
    else if (sign === '"') {
      const end = stringEnd(text, at + 1)
      if (depth === 1 && isKey(text, end + 1)) {
        const key = JSON.parse(text.slice(at, end + 1)) as string
        if (keys.has(key)) return key
        keys.add(key)
      }
      at = end
    }
  }
  return null
}
