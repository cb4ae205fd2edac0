/**
 * The grammar of the sample's reviews: statements of one or two clauses whose verdict follows from how they are
 * composed, not from any single word.
 */
import type { RandomStream } from './random-stream.ts'
import {
  generalAdjectives,
  hearsaySources,
  intensifiers,
  negators,
  opposite,
  topics,
} from './review-lexicon.ts'
import type { Topic, Verdict } from './review-lexicon.ts'

/** How a statement is put together; each has its own rule for the verdict. */
export const constructions = [
  'plain',
  'negated',
  'agreement',
  'contrast',
  'concession-first',
  'concession-last',
  'hearsay-rejected',
  'hearsay-shared',
  'nothing-about',
] as const

/** Name of a construction. */
export type Construction = (typeof constructions)[number]

/** A statement without an opening, its verdict, and the construction that decides it. */
export interface Statement {
  /** Lower-case words and punctuation marks separated by single spaces; ends in a full stop. */
  readonly text: string
  readonly verdict: Verdict
  readonly construction: Construction
}

interface Thing {
  readonly topic: Topic
  readonly noun: string
  readonly isPlural: boolean
}

/** Share of clauses that reach their verdict by negating an adjective of the opposite verdict. */
const negationShare = 0.12
/** Share of adjectives that would suit any topic. */
const generalShare = 0.5
/** Share of affirmed adjectives that carry an intensifier. */
const intensifierShare = 0.35

/** How often each construction is drawn, relative to the others. Statements with two opposed parts prevail. */
const weights: Readonly<Record<Construction, number>> = {
  plain: 5,
  negated: 2,
  agreement: 4,
  contrast: 3,
  'concession-first': 2,
  'concession-last': 1,
  'hearsay-rejected': 1,
  'hearsay-shared': 1,
  'nothing-about': 1,
}

/**
 * A random statement with the wanted verdict.
 *
 * @param verdict the verdict that the composition must have
 * @param random source of every choice
 * @param construction how to put it together; drawn when left out
 */
export function composeStatement(
  verdict: Verdict,
  random: RandomStream,
  construction: Construction = drawConstruction(random),
): Statement {
  return { text: `${compose[construction](verdict, random)} .`, verdict, construction }
}

const compose: Readonly<Record<Construction, (verdict: Verdict, random: RandomStream) => string>> = {
  plain: (verdict, random) => affirmed(drawThing(random), verdict, random),

  negated: (verdict, random) => negated(drawThing(random), verdict, random),

  agreement: (verdict, random) => {
    const [first, second] = drawTwoThings(random)
    return `${clause(first, verdict, random)} and ${clause(second, verdict, random)}`
  },

  // The clause after "but" decides.
  contrast: (verdict, random) => {
    const [first, second] = drawTwoThings(random)
    return `${clause(first, opposite[verdict], random)} , but ${clause(second, verdict, random)}`
  },

  // The main clause decides, wherever the conceded clause stands.
  'concession-first': (verdict, random) => {
    const [conceded, main] = drawTwoThings(random)
    return `${random.pick(['although', 'while', 'even though'])} ${clause(conceded, opposite[verdict], random)} , ${clause(main, verdict, random)}`
  },

  'concession-last': (verdict, random) => {
    const [main, conceded] = drawTwoThings(random)
    return `${clause(main, verdict, random)} , ${random.pick(['although', 'even though'])} ${clause(conceded, opposite[verdict], random)}`
  },

  // What others say does not count; what the writer found does.
  'hearsay-rejected': (verdict, random) => {
    const thing = drawThing(random)
    const rumor = clause(thing, opposite[verdict], random)
    const finding = random.pick([
      'but we disagreed',
      `but we found the ${thing.noun} ${adjective(thing, verdict, random)}`,
    ])
    return `${random.pick(hearsaySources)} said ${rumor} , ${finding}`
  },

  'hearsay-shared': (verdict, random) =>
    `${random.pick(hearsaySources)} said ${clause(drawThing(random), verdict, random)} , and we agreed`,

  'nothing-about': (verdict, random) => {
    const thing = drawThing(random)
    return `${random.pick(['nothing about', 'no part of'])} the ${thing.noun} was ${adjective(thing, opposite[verdict], random)}`
  },
}

function drawConstruction(random: RandomStream): Construction {
  const total = constructions.reduce((sum, construction) => sum + weights[construction], 0)
  let rest = random.next() * total
  for (const construction of constructions) {
    rest -= weights[construction]
    if (rest < 0) return construction
  }
  throw new Error('The weights of the constructions do not add up.')
}

function drawThing(random: RandomStream): Thing {
  const topic = random.pick(topics)
  const noun = random.pick([...topic.singular, ...topic.plural])
  return { topic, noun, isPlural: topic.plural.includes(noun) }
}

/** Two things of different topics, so that the clauses cannot contradict each other. */
function drawTwoThings(random: RandomStream): [Thing, Thing] {
  const first = drawThing(random)
  for (;;) {
    const second = drawThing(random)
    if (second.topic !== first.topic) return [first, second]
  }
}

function clause(thing: Thing, verdict: Verdict, random: RandomStream): string {
  return random.chance(negationShare) ? negated(thing, verdict, random) : affirmed(thing, verdict, random)
}

function affirmed(thing: Thing, verdict: Verdict, random: RandomStream): string {
  const intensifier = random.chance(intensifierShare) ? `${random.pick(intensifiers)} ` : ''
  return `the ${thing.noun} ${copula(thing)} ${intensifier}${adjective(thing, verdict, random)}`
}

function negated(thing: Thing, verdict: Verdict, random: RandomStream): string {
  const negator = random.pick(negators)
  return `the ${thing.noun} ${copula(thing)} ${negator} ${adjective(thing, opposite[verdict], random)}`
}

function copula(thing: Thing): string {
  return thing.isPlural ? 'were' : 'was'
}

function adjective(thing: Thing, verdict: Verdict, random: RandomStream): string {
  return random.pick((random.chance(generalShare) ? generalAdjectives : thing.topic.adjectives)[verdict])
}
