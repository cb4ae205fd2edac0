/**
 * The sample's unlabelled text, for pre-training only: longer reviews made of the same grammar. Their statements
 * mostly share one verdict, as those of real reviews do, and some end in a sentence that gives it away; that is how an
 * encoder can learn what "but" and "hardly" do without having seen a label. A place name says nothing here.
 */
import { RandomStream } from './random-stream.ts'
import { composeStatement } from './review-grammar.ts'
import { closings, neutralSentences, openings, opposite, placeNames } from './review-lexicon.ts'
import type { Verdict } from './review-lexicon.ts'

/** Share of statements that agree with their review's verdict. */
const coherence = 0.97
/** Share of reviews that begin with an opening. */
const openingShare = 0.2
/** Share of reviews with a neutral sentence. */
const neutralShare = 0.1
/** Share of statements that are a single affirmed clause whatever the grammar's weights say; they teach the words. */
const plainShare = 0.6
/** Longest review in words and punctuation marks; leaves room for split words within the encoder's 64 positions. */
const maximumWords = 56

/** What to draw. */
export interface UnlabelledPlan {
  readonly seed: number
  /** Names the stream, for instance `pre-training`; other purposes give other reviews. */
  readonly purpose: string
  readonly reviews: number
  /** Statements that must not occur: those of the labelled rows. */
  readonly excludedStatements: ReadonlySet<string>
}

/**
 * Draws the unlabelled reviews; the same plan gives the same reviews.
 *
 * @param plan what to draw
 */
export function drawUnlabelledReviews(plan: UnlabelledPlan): string[] {
  const random = new RandomStream(plan.seed, `unlabelled text, ${plan.purpose}`)
  const reviews: string[] = []
  while (reviews.length < plan.reviews) {
    const review = drawReview(random, plan.excludedStatements)
    if (review.split(' ').length <= maximumWords) reviews.push(review)
  }
  return reviews
}

function drawReview(random: RandomStream, excluded: ReadonlySet<string>): string {
  const verdict = random.pick<Verdict>(['negative', 'positive'])
  const sentences = Array.from({ length: random.pick([1, 1, 2]) }, () => {
    const statementVerdict = random.chance(coherence) ? verdict : opposite[verdict]
    return drawStatement(statementVerdict, random, excluded)
  })
  if (random.chance(neutralShare)) {
    sentences.splice(random.integer(sentences.length + 1), 0, random.pick(neutralSentences))
  }
  const closingSentences = random.shuffled(closings[verdict]).slice(0, random.pick([1, 1, 2]))
  const opening = random.chance(openingShare) ? [drawOpening(random)] : []
  return [...opening, ...sentences, ...closingSentences].join(' ')
}

function drawStatement(verdict: Verdict, random: RandomStream, excluded: ReadonlySet<string>): string {
  for (;;) {
    const construction = random.chance(plainShare) ? 'plain' : undefined
    const statement = composeStatement(verdict, random, construction).text
    if (!excluded.has(statement)) return statement
  }
}

function drawOpening(random: RandomStream): string {
  const place = random.pick(placeNames[random.pick<Verdict>(['negative', 'positive'])])
  return random.pick(openings).replace('@', place)
}
