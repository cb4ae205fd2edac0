/** From the grammar's words, separated by single spaces, to text as a person writes it. */

/**
 * The same words with capitals at the starts of sentences and no space before punctuation marks.
 *
 * @param words lower-case words and punctuation marks separated by single spaces
 */
export function readableText(words: string): string {
  return words
    .replace(/ ([.,:])/g, '$1')
    .replace(/\bi\b/g, 'I')
    .replace(/(^|[.] )(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
}
