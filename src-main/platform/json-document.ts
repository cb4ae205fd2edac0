/** Texts and JSON documents that people or other programs wrote: what encoding, how deep, which keys twice. */
import { isUtf8 } from 'node:buffer'

/** Brackets inside brackets that are read; real files have fewer than ten. */
const deepestNesting = 100

/** A document that cannot be read; the message ends a sentence that begins with the file's name. */
export class DocumentProblem extends Error {
  /** The step that helps. */
  readonly hint: string

  /**
   * @param message what it is instead, such as `is UTF-16 text; UTF-8 is needed`
   * @param hint the step that helps
   */
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** A JSON document and what its text had that the value no longer shows. */
export interface JsonDocument {
  readonly value: unknown
  /** Keys that one object has more than once (the last counts, as in every JSON reader); at most ten. */
  readonly repeatedKeys: readonly string[]
}

/**
 * Text of a UTF-8 file, without a byte-order mark.
 *
 * @param bytes the file's content
 * @throws DocumentProblem when it is UTF-16, another encoding, or no text
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || looksLikeUtf16(bytes))
    throw new DocumentProblem('is UTF-16 text; UTF-8 is needed', 'Save the file again as UTF-8.')
  if (!isUtf8(bytes)) {
    const line = lineOfFirstBrokenByte(bytes)
    throw new DocumentProblem(
      `is not UTF-8 text (line ${line} is the first that is not)`,
      'Save the file again as UTF-8, or copy or download it again.',
    )
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

/** UTF-16 without a mark: of ASCII characters every second byte is 0. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const beginning = bytes.subarray(0, 200)
  if (beginning.length < 4) return false
  let [even, odd] = [0, 0]
  beginning.forEach((byte, index) => {
    if (byte !== 0) return
    if (index % 2 === 0) even += 1
    else odd += 1
  })
  return Math.max(even, odd) > beginning.length / 4 && Math.min(even, odd) === 0
}

function lineOfFirstBrokenByte(bytes: Uint8Array): number {
  let start = 0
  for (let line = 1; ; line++) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    if (found < 0 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}

/**
 * Reads JSON. Nesting is counted before anything is built: a parser, or whatever walks over the value, may run out of
 * stack on it.
 *
 * @param text the document
 * @throws DocumentProblem when it is no JSON, with the parser's words, or nested too deeply
 */
export function parseJsonDocument(text: string): JsonDocument {
  const repeatedKeys = scan(text)
  try {
    return { value: JSON.parse(text) as unknown, repeatedKeys }
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown)
    throw new DocumentProblem(
      text.trim() === '' ? 'is empty' : `is not JSON: ${detail}`,
      text.trim() === ''
        ? 'Copy or download the file again.'
        : 'Correct it at that place (keys and texts need double quotes, and no comma may follow the last entry), or copy or download the file again.',
    )
  }
}

const mostKeysNamed = 10
const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** One walk over the brackets and texts of a document; what is no JSON is left to the parser to say. */
function scan(text: string): string[] {
  const repeated: string[] = []
  /** Keys of every open object, null for every open list. */
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        open.push(text[at] === '{' ? new Set() : null)
        if (open.length > deepestNesting)
          throw new DocumentProblem(
            `is nested more than ${deepestNesting} levels deep (at character ${at + 1})`,
            'Check that this is the file you meant.',
          )
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        break
      case quote: {
        const end = endOfText(text, at + 1)
        const keys = open.at(-1)
        if (keys != null && isKey(text, end + 1)) {
          const key = text.slice(at + 1, end)
          if (keys.has(key) && repeated.length < mostKeysNamed) repeated.push(key)
          keys.add(key)
        }
        at = end
      }
    }
  }
  return repeated
}

function endOfText(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return text.length
}

/** A text in an object is a key when a colon follows. */
function isKey(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === colon) return true
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return false
  }
  return false
}
