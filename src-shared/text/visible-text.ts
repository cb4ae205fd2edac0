/** Text of a person, a file or a model, before it reaches a terminal or a page: nothing in it may steer them. */

/**
 * Signs that are not seen but act: control characters (also the second row of them), marks that turn the direction of
 * writing, separators of lines, tags and halves of characters. Line feed and tab stay.
 */
const actingSigns =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * The text with every acting sign as its number: `\x1b`, `\u202e`.
 *
 * @param text anything; line feeds and tabs stay
 */
export function visibleText(text: string): string {
  return text.replace(actingSigns, (sign) => (sign === '\n' || sign === '\t' ? sign : escaped(sign)))
}

/**
 * The text in one line, as names and messages are shown: `\n` where a line ended.
 *
 * @param text anything
 */
export function oneLine(text: string): string {
  return text.replace(actingSigns, escaped)
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(sign: string): string {
  const code = sign.codePointAt(0)!
  const hexadecimal = code.toString(16)
  if (code > 0xffff) return `\\u{${hexadecimal}}`
  return (
    shortEscapes[sign] ??
    (code < 0x100 ? `\\x${hexadecimal.padStart(2, '0')}` : `\\u${hexadecimal.padStart(4, '0')}`)
  )
}
