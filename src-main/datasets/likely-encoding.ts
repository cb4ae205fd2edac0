/** Which encoding bytes that are not UTF-8 look like: for a message, never for reading them. */
import { decodedText } from './text-decoder.ts'

/** One encoding and what texts in it are mostly made of. */
interface Candidate {
  /** Name that `TextDecoder` and `--encoding` take. */
  readonly name: string
  /** Characters beyond ASCII that texts of its languages have. */
  readonly usual: RegExp
  /** Added to its plausibility. */
  readonly bonus: number
}

const french = 'àâäáãæçéèêëíìîïñóòôöõœøåúùûüßÿ'
const japanese = /[぀-ヿ。、「」ー]/
const polishCzech = 'ąćęłńóśźżáčďéěíňřšťúůýžőűöüäâăîșțşţ'
/** The first wins among equals. What several bytes to a character fit, fits seldom by accident: that comes first. */
const candidates: readonly Candidate[] = [
  { name: 'shift_jis', usual: japanese, bonus: 0 },
  { name: 'euc-jp', usual: japanese, bonus: 0 },
  { name: 'euc-kr', usual: /[가-힣]/, bonus: 0.2 },
  { name: 'gb18030', usual: /[，。！？、：；（）“”]/, bonus: 0 },
  { name: 'big5', usual: /[，。！？、：；（）「」]/, bonus: 0 },
  { name: 'windows-1252', usual: letters(french, '‘’“”–—…€«»°£¿¡'), bonus: 0 },
  { name: 'windows-1250', usual: letters(polishCzech, '‘’“”„–—…€'), bonus: 0 },
  { name: 'iso-8859-2', usual: letters(polishCzech, ''), bonus: 0 },
  { name: 'windows-1254', usual: letters('çğıöşüâîé', '‘’“”–—…€'), bonus: 0 },
  { name: 'windows-1255', usual: /[א-ת“”–—…]/, bonus: 0 },
  { name: 'windows-1251', usual: /[а-яё«»“”„–—…№]/, bonus: 0 },
  { name: 'koi8-r', usual: /[а-яё]/, bonus: 0 },
  { name: 'ibm866', usual: /[а-яё]/, bonus: 0 },
  { name: 'windows-1253', usual: /[α-ωάέήίόύώϊϋΐΰ«»“”–—…]/, bonus: 0 },
  { name: 'windows-1256', usual: /[ء-ي،؟]/, bonus: 0 },
  { name: 'windows-874', usual: /[ก-๙]/, bonus: 0 },
  { name: 'macintosh', usual: letters(french, '‘’“”–—…'), bonus: 0 },
]
/** Leading bytes of the frequent half of the Chinese characters. */
const frequentHan: Readonly<Record<string, readonly [number, number]>> = {
  gb18030: [0xb0, 0xd7],
  big5: [0xa4, 0xc6],
}
const capital = /\p{Lu}/u
const letter = /\p{L}/u
const latin = /\p{Script=Latin}/u
const asciiLetter = /[A-Za-z]/
const accented = /[^\0-\u007f]/
const han = /\p{Script=Han}/u
const control = /[\u0080-\u009f\ufffd]|\p{Co}|\p{Cn}/u

function letters(small: string, signs: string): RegExp {
  return new RegExp(`[${small}${signs}]`)
}

/**
 * The encoding in which the bytes make the likeliest text; null when none does.
 *
 * @param bytes some lines of a file, cut at line ends
 */
export function likelyEncoding(bytes: Uint8Array): string | null {
  let best: string | null = null
  let bestScore = 0
  for (const candidate of candidates) {
    const score = plausibility(bytes, candidate)
    if (score > bestScore) {
      best = candidate.name
      bestScore = score
    }
  }
  return best
}

/** Mean over the characters beyond ASCII: 1 for a usual one, below 0 for what no text has; up to about 1. */
function plausibility(bytes: Uint8Array, candidate: Candidate): number {
  const text = decodedText(bytes, candidate.name)
  if (text === null) return -1
  const characters = Array.from(text)
  let [beyond, sum] = [0, 0]
  characters.forEach((character, index) => {
    if (character < '\u0080') return
    beyond += 1
    sum += worth(character, candidate, [characters[index - 1] ?? ' ', characters[index + 1] ?? ' '])
  })
  if (beyond === 0) return -1
  const range = frequentHan[candidate.name]
  const frequent = range === undefined ? 0 : shareOfFrequentHan(bytes, text, range)
  // Kana hardly ever come out of a wrong decoding.
  const kana = candidate.usual === japanese && japanese.test(text) ? 0.7 : 0
  return sum / beyond + candidate.bonus + frequent + kana
}

function worth(
  character: string,
  { usual, name }: Candidate,
  [before, after]: readonly [string, string],
): number {
  if (control.test(character)) return -4
  if (letter.test(character)) {
    // Letters of another script inside a Latin word, or a Latin word of accented letters alone, are wrong decodings.
    const isLatin = latin.test(character)
    if (!isLatin && (asciiLetter.test(before) || asciiLetter.test(after))) return -1
    // Hebrew letters that only end words.
    if (/[םןףץך]/.test(character) && /[א-ת]/.test(after)) return -1
    if (isLatin && accented.test(before) && accented.test(after)) return -0.5
  }
  if (usual.test(character)) return 1
  if (capital.test(character)) {
    // A capital inside a word of small letters is a wrong decoding as well.
    if (letter.test(before)) return capital.test(before) ? 0.3 : -0.8
    return usual.test(character.toLowerCase()) ? 0.8 : -0.3
  }
  if (han.test(character)) return name === 'euc-kr' ? -0.5 : 0.2
  return letter.test(character) ? -0.2 : -0.5
}

/** Most of the share of two-byte characters that are frequent Chinese ones, when the text has some at all. */
function shareOfFrequentHan(
  bytes: Uint8Array,
  text: string,
  [first, last]: readonly [number, number],
): number {
  if (!han.test(text)) return 0
  let [pairs, frequent] = [0, 0]
  for (let index = 0; index < bytes.length; index += 1) {
    const lead = bytes[index]!
    if (lead < 0x81) continue
    pairs += 1
    if (lead >= first && lead <= last) frequent += 1
    index += 1
  }
  return pairs === 0 ? 0 : (frequent / pairs) * 0.85
}
