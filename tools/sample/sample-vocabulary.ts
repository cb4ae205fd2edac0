/** The WordPiece vocabulary of the sample's encoder, built from the words of the sample's texts. */

/** Special tokens in the order of their ids; [PAD] is 0. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const

/** Endings that are pieces of their own: a word whose stem is a word of the texts is split there. */
const endings = ['s', 'es', 'ed', 'ing', 'ly', 'er', 'est', 'ness', 'ful', 'less', 'able'] as const
const letters = [...'abcdefghijklmnopqrstuvwxyz']
const digits = [...'0123456789']
const punctuation = [...'.,:;!?\'"()-&/%$']

/**
 * The vocabulary's entries in the order of their ids: special tokens, punctuation, digits and letters (alone and as
 * continuations, so that any English text can be read without [UNK]), endings, and the words of the texts in
 * alphabetical order.
 *
 * @param texts lower-case words and punctuation marks separated by single spaces
 */
export function buildVocabulary(texts: Iterable<string>): string[] {
  const found = new Set<string>()
  for (const text of texts) for (const word of text.split(' ')) found.add(word)
  const alphabet = [...letters, ...digits]
  const fixed = [
    ...specialTokens,
    ...punctuation,
    ...alphabet,
    ...alphabet.map((character) => `##${character}`),
    ...endings.filter((ending) => ending.length > 1).map((ending) => `##${ending}`),
  ]
  const known = new Set(fixed)
  const words = [...found].filter((word) => !known.has(word) && !isStemWithEnding(word, found))
  return [...fixed, ...words.sort()]
}

/** Whether a word is another word of the texts, of three letters or more, with an ending. */
function isStemWithEnding(word: string, words: ReadonlySet<string>): boolean {
  return endings.some((ending) => {
    const stem = word.slice(0, -ending.length)
    return stem.length > 2 && word.endsWith(ending) && words.has(stem)
  })
}
