/**
 * Precision, recall and F1 of named entities by the rules of the CoNLL-2000 script `conlleval`: an entity counts when
 * its first token, last token and type all agree.
 */

/** Counts and ratios of one type, or of all; ratios are fractions, and 0 where their denominator is 0. */
export interface EntityScore {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly correct: number
  readonly predicted: number
  readonly gold: number
}

/** Scores over all types and per type. */
export interface EntityReport extends EntityScore {
  /** Share of tokens whose tag is exactly the gold tag; 0 without tokens. */
  readonly accuracy: number
  readonly tokens: number
  /** Type → its score, for types in gold or prediction. */
  readonly types: Readonly<Record<string, EntityScore>>
}

interface Counts {
  correct: number
  predicted: number
  gold: number
}

/**
 * Scores predicted tags against gold tags.
 *
 * Tags are `O`, `B-TYPE` or `I-TYPE`. One rule reads IOB1 and IOB2 alike, valid or not: `B-` opens an entity, and so
 * does an `I-` after `O` or after another type; entities never cross sentences.
 *
 * @param gold tags of each sentence
 * @param predicted tags of each sentence, as long as the gold ones
 * @throws RangeError when numbers of sentences or tokens differ
 */
export function entityF1(
  gold: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): EntityReport {
  if (gold.length !== predicted.length) {
    throw new RangeError(`${gold.length} gold sentences stand against ${predicted.length} predicted ones.`)
  }
  const all: Counts = { correct: 0, predicted: 0, gold: 0 }
  const types = new Map<string, Counts>()
  let tokens = 0
  let sameTags = 0
  gold.forEach((goldTags, sentence) => {
    const predictedTags = predicted[sentence]!
    if (goldTags.length !== predictedTags.length) {
      throw new RangeError(
        `Sentence ${sentence + 1} has ${goldTags.length} gold tags and ${predictedTags.length} predicted ones.`,
      )
    }
    tokens += goldTags.length
    sameTags += goldTags.filter((tag, token) => tag === predictedTags[token]).length
    const goldEntities = entities(goldTags)
    const predictedEntities = entities(predictedTags)
    const count = (type: string, column: keyof Counts): void => {
      const counts = types.get(type) ?? { correct: 0, predicted: 0, gold: 0 }
      counts[column] += 1
      all[column] += 1
      types.set(type, counts)
    }
    for (const type of goldEntities.values()) count(type, 'gold')
    for (const [span, type] of predictedEntities) {
      count(type, 'predicted')
      if (goldEntities.get(span) === type) count(type, 'correct')
    }
  })
  return {
    ...scored(all),
    accuracy: ratio(sameTags, tokens),
    tokens,
    types: Object.fromEntries([...types].sort().map(([type, counts]) => [type, scored(counts)])),
  }
}

/** Span "first–last" → type of each entity of a sentence. */
function entities(tags: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let start = 0
  let openType: string | null = null
  for (let token = 0; token <= tags.length; token++) {
    const tag = tags[token] ?? 'O'
    const type = tag === 'O' ? null : tag.slice(tag.indexOf('-') + 1)
    if (type === openType && !tag.startsWith('B-')) continue
    if (openType !== null) found.set(`${start}–${token - 1}`, openType)
    start = token
    openType = type
  }
  return found
}

function scored(counts: Counts): EntityScore {
  const precision = ratio(counts.correct, counts.predicted)
  const recall = ratio(counts.correct, counts.gold)
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall), ...counts }
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator
}
