/** Names of columns: cleaned, compared, and those that public data sets use. */

/** Characters that are not seen: soft hyphens, zero-width ones, marks of direction, the byte-order mark. */
export const unseen = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
const quotes = /^(["'`“”‘’])(.*)["'`“”‘’]$/s

/** In the order of preference; compared by {@link columnKey}. */
export const textNames = [
  ...['text', 'sentence1', 'premise', 'question1', 'question', '#1 string', 'sentence'],
  ...[
    'text1',
    'text_a',
    'sentence_a',
    'review',
    'review_text',
    'review_body',
    'content',
    'comment',
    'comment_text',
  ],
  ...[
    'tweet',
    'tweet_text',
    'utterance',
    'query',
    'claim',
    'document',
    'article',
    'body',
    'headline',
    'message',
  ],
]
/** Second texts, by the names of first ones they stand beside; `*` beside any. */
export const pairNames: Readonly<Record<string, readonly string[]>> = {
  '*': [
    'pair',
    'sentence2',
    'hypothesis',
    'question2',
    '#2 string',
    'text2',
    'text_b',
    'sentence_b',
    'text_pair',
  ],
  // In QNLI the second text of a question is called just "sentence", in BoolQ "passage".
  question: ['sentence', 'passage', 'context'],
  query: ['passage', 'document'],
  claim: ['evidence'],
}
/** Labels and scores. */
export const labelNames = [
  ...[
    'label',
    'gold_label',
    'quality',
    'score',
    'labels',
    'target',
    'targets',
    'class',
    'category',
    'sentiment',
  ],
  ...['is_duplicate', 'polarity', 'emotion', 'intent', 'topic', 'stance', 'rating', 'stars', 'similarity'],
  ...['relatedness_score', 'similarity_score', 'y'],
]

/** The names for a message that says what was needed. */
export const recognizedColumns = {
  text: 'text, sentence, sentence1, premise, question, review or content',
  pair: 'pair, sentence2, hypothesis or question2',
  label: 'label, gold_label, score, target or class',
} as const

/**
 * A name without white space, unseen characters and quotes around it.
 *
 * @param raw as the file has it
 */
export function cleanName(raw: string): string {
  const name = raw.replace(unseen, '').trim()
  return name.replace(quotes, '$2').trim()
}

/**
 * What two spellings of one name have in common: "Gold Label" is "gold_label".
 *
 * @param name a column's name
 */
export function columnKey(name: string): string {
  return cleanName(name)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '')
}
