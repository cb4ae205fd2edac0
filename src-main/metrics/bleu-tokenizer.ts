/** The tokenizer `13a` of sacreBLEU, itself the one of NIST's `mteval-v13a` script for Western languages. */

const entity: Readonly<Record<string, string>> = { '&quot;': '"', '&amp;': '&', '&lt;': '<', '&gt;': '>' }
/** Python's white space, which `str.split` cuts at. */
const whiteSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u

/**
 * Tokens of a sentence: entities undone, words joined over `-` at a line's end, punctuation set apart except inside
 * numbers.
 *
 * @param text one segment
 */
export function tokenize13a(text: string): readonly string[] {
  let line = text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')
  // One after the other, as the original does, so that "&amp;lt;" becomes "<".
  for (const [escaped, character] of Object.entries(entity)) line = line.replaceAll(escaped, character)
  return ` ${line} `
    .replace(/[{-~[-` -&(-+:-@/]/gu, ' $& ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/gu, '$1 $2 ')
    .split(whiteSpace)
    .filter((token) => token !== '')
}
