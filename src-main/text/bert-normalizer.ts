/**
 * Normalisation and word splitting of BERT tokenizers, by the rules of Hugging Face's `tokenizers` library
 * (`BertNormalizer`, `BertPreTokenizer`), which differ in details from the original Python code.
 *
 * Compared code point by code point with version 0.23.2 of that library, whose character classes are those of
 * Unicode 8, this code differs on some 670 accents and punctuation marks that later versions of Unicode added.
 */

/** Switches of the normalizer, as `tokenizer_config.json` and `tokenizer.json` carry them. */
export interface BertNormalizerSettings {
  /** Removes control characters, turns every kind of white space into a space. */
  readonly cleanText: boolean
  /** Puts spaces around every CJK ideograph, so that each becomes a word. */
  readonly tokenizeChineseChars: boolean
  /** Removes combining marks (category Mn) after canonical decomposition; null: as `doLowerCase`. */
  readonly stripAccents: boolean | null
  readonly doLowerCase: boolean
}

/** Text on which every step but lower-casing is the identity; it is by far the most common. */
const plainAscii = /^[\x20-\x7e]*$/
/** NUL, the replacement character, and control, format, private-use and lone surrogate characters. Unassigned ones stay. */
const removed = /(?![\t\n\r])[\0\uFFFD\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu
const whiteSpace = /\p{White_Space}/gu
/** Ranges of the library; the original Python code starts the seventh block at U+2B820. */
const chineseCharacter =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu
const combiningMark = /\p{Mn}/gu
/** One punctuation character (ASCII symbols included), or a run of anything else that is not white space. */
const wordOrPunctuation = /[!-/:-@[-`{-~\p{P}]|[^!-/:-@[-`{-~\p{P}\p{White_Space}]+/gu

/**
 * Text in the form in which words are looked up.
 *
 * @param text what a person wrote
 * @param settings switches of the checkpoint's tokenizer
 */
export function normalizeText(text: string, settings: BertNormalizerSettings): string {
  if (plainAscii.test(text)) return settings.doLowerCase ? text.toLowerCase() : text
  let normalized = text
  if (settings.cleanText) normalized = normalized.replace(removed, '').replace(whiteSpace, ' ')
  if (settings.tokenizeChineseChars) normalized = normalized.replace(chineseCharacter, ' $& ')
  if (settings.stripAccents ?? settings.doLowerCase) {
    normalized = normalized.normalize('NFD').replace(combiningMark, '')
  }
  // Lower-casing is per character there; JavaScript's rule for a final capital sigma looks at its neighbours.
  return settings.doLowerCase ? normalized.replaceAll('Σ', 'σ').toLowerCase() : normalized
}

/**
 * Words and single punctuation characters of a normalized text, in order; white space is dropped.
 *
 * @param normalized answer of {@link normalizeText}
 */
export function splitWords(normalized: string): readonly string[] {
  return normalized.match(wordOrPunctuation) ?? []
}
