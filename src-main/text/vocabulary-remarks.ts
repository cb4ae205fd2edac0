/** What is odd about a vocabulary beside the way its texts are prepared. */
import { normalizeText, type BertNormalizerSettings } from './bert-normalizer.ts'

/**
 * Pieces that no text can ever match, because texts are lower-cased or stripped of accents before they are looked up; and
 * a vocabulary that was made for lower-cased texts beside a tokenizer that keeps capitals.
 *
 * @param tokens every piece
 * @param special tokens that are looked for in the text as it is written
 * @param normalizer what is done to texts; null for nothing
 * @param continuingPrefix what a piece inside a word begins with
 * @returns one sentence each
 */
export function neverMatchingRemarks(
  tokens: Iterable<string>,
  special: ReadonlySet<string>,
  normalizer: BertNormalizerSettings | null,
  continuingPrefix: string,
): string[] {
  let [numWords, numCapital] = [0, 0]
  const unreachable: string[] = []
  for (const token of tokens) {
    // `[unused12]` and its like are places kept free.
    if (special.has(token) || /^\[.*\]$/.test(token)) continue
    const plain = token.startsWith(continuingPrefix) ? token.slice(continuingPrefix.length) : token
    if (/\p{Ll}/u.test(plain)) numWords += 1
    if (/\p{Lu}/u.test(plain)) numCapital += 1
    if (normalizer !== null && isChanged(plain, normalizer)) unreachable.push(token)
  }
  const found = unreachable.length.toLocaleString('en-US')
  if (unreachable.length > 0)
    return [
      `${found} ${unreachable.length === 1 ? 'piece' : 'pieces'} of the vocabulary with upper-case or accented letters (${unreachable.slice(0, 3).join(', ')}) can never match, because texts are lower-cased or stripped of accents first. If the model keeps case, write "do_lower_case": false into tokenizer_config.json.`,
    ]
  if (normalizer?.doLowerCase !== false || numCapital > 0 || numWords === 0) return []
  return [
    'The vocabulary has no upper-case letter, but texts keep theirs: words with capitals become the unknown token. If the model was made for lower-cased texts, write "do_lower_case": true into tokenizer_config.json.',
  ]
}

/** Spaces put around Chinese characters are no change of the piece. */
function isChanged(piece: string, { doLowerCase, stripAccents }: BertNormalizerSettings): boolean {
  const letters = { cleanText: false, tokenizeChineseChars: false, stripAccents, doLowerCase }
  return /[\p{L}\p{M}]/u.test(piece) && normalizeText(piece, letters) !== piece
}

/**
 * Whether vocab.txt says the same as the vocabulary in tokenizer.json, which is followed.
 *
 * @param vocabulary ids by piece
 * @param tokens pieces of vocab.txt by id
 * @returns at most one sentence
 */
export function disagreementRemarks(
  vocabulary: Readonly<Record<string, number>>,
  tokens: readonly string[],
): string[] {
  const different = tokens.findIndex((token, id) => vocabulary[token] !== id)
  const inJson = Object.keys(vocabulary).length
  if (different < 0 && inJson === tokens.length) return []
  const what =
    different < 0
      ? `vocab.txt has ${tokens.length.toLocaleString('en-US')} pieces, tokenizer.json ${inJson.toLocaleString('en-US')}`
      : `piece ${different} is “${tokens[different]}” in vocab.txt, which has the id ${vocabulary[tokens[different] ?? ''] ?? 'of none'} in tokenizer.json`
  return [
    `vocab.txt and tokenizer.json disagree: ${what}. As in Hugging Face’s library, tokenizer.json counts.`,
  ]
}
