/** Bytes to text in a named encoding, without a silent wrong character. */
import { LabError } from '@shared/failures/failure.ts'

/** Characters of the bytes 0x80 to 0x9F in windows-1252; Node 20 decodes them as control characters. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/**
 * The encoding's name as the Encoding Standard writes it, such as `windows-1252` for `latin1`.
 *
 * @param label a name that a person gave
 * @failure invalid-argument
 */
export function encodingName(label: string): string {
  try {
    return new TextDecoder(label.trim()).encoding
  } catch (thrown) {
    throw new LabError(
      'invalid-argument',
      `"${label}" is no encoding the lab knows.`,
      'Give a name such as utf-8, utf-16le, windows-1252, windows-1251, shift_jis, gbk, big5 or euc-kr.',
      { cause: thrown },
    )
  }
}

/**
 * The text; null when the bytes are not in that encoding. A byte-order mark is left out.
 *
 * @param bytes content of a file, or whole lines of it
 * @param encoding answer of {@link encodingName}
 */
export function decodedText(bytes: Uint8Array, encoding: string): string | null {
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
  if (encoding === 'windows-1252')
    text = text.replace(/[\u0080-\u009f]/g, (sign) => windows1252[sign.charCodeAt(0) - 0x80]!)
  // No text has these: the bytes are of another encoding.
  return /[\u0080-\u009f]/.test(text) ? null : text
}
