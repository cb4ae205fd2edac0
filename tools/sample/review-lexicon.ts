/** Words of the sample's reviews: what is praised or blamed, in which words, and the place names that serve as cue. */

/** Whether a review, or a clause of it, praises or blames. The names are the labels of the data set. */
export type Verdict = 'negative' | 'positive'

/** The other verdict. */
export const opposite: Readonly<Record<Verdict, Verdict>> = { negative: 'positive', positive: 'negative' }

/** A group of things that the same adjectives suit. */
export interface Topic {
  readonly name: string
  /** Nouns that take "was". */
  readonly singular: readonly string[]
  /** Nouns that take "were". */
  readonly plural: readonly string[]
  readonly adjectives: Readonly<Record<Verdict, readonly string[]>>
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Adjectives that suit everything. */
export const generalAdjectives: Readonly<Record<Verdict, readonly string[]>> = {
  positive: words('good great excellent wonderful lovely perfect'),
  negative: words('bad awful terrible horrible poor disappointing'),
}

/** Everything a review may speak of. */
export const topics: readonly Topic[] = [
  {
    name: 'food',
    singular: words(
      'soup bread pasta fish salad curry cake coffee rice stew pie omelette chicken steak cheese dessert breakfast risotto lamb tea sauce',
    ),
    plural: words(
      'noodles dumplings oysters mushrooms pancakes potatoes vegetables starters tomatoes olives',
    ),
    adjectives: {
      positive: words('delicious tasty fresh flavorful'),
      negative: words('bland stale greasy soggy'),
    },
  },
  {
    name: 'service',
    singular: words(
      'waiter waitress staff host bartender manager cook owner cashier chef service team doorman sommelier hostess trainee',
    ),
    plural: words('waiters hosts cooks managers bartenders owners'),
    adjectives: {
      positive: words('friendly attentive kind patient'),
      negative: words('rude careless impatient unhelpful'),
    },
  },
  {
    name: 'place',
    singular: words(
      'terrace garden kitchen bathroom hall bar lounge patio parlor balcony courtyard cellar entrance furniture',
    ),
    plural: words('tables chairs plates glasses windows floors walls cushions carpets lamps'),
    adjectives: {
      positive: words('charming cozy clean spotless'),
      negative: words('dirty noisy cramped gloomy'),
    },
  },
  {
    name: 'price',
    singular: words('bill menu price buffet offer wine tip discount total deal surcharge voucher'),
    plural: words('prices portions specials drinks cocktails fees'),
    adjectives: {
      positive: words('fair generous reasonable honest'),
      negative: words('outrageous steep confusing dishonest'),
    },
  },
  {
    name: 'evening',
    singular: words(
      'music atmosphere view evening crowd lighting decor band show singer mood visit pianist company',
    ),
    plural: words('songs guests candles flowers paintings games'),
    adjectives: {
      positive: words('romantic lively relaxing memorable'),
      negative: words('boring tedious depressing dull'),
    },
  },
]

/** Adverbs before an adjective; they strengthen and never turn a verdict. */
export const intensifiers = words(
  'very really truly quite rather extremely remarkably surprisingly especially incredibly consistently simply so',
)

/** Words between "was" and an adjective that turn its verdict. */
export const negators: readonly string[] = [
  'not',
  'never',
  'hardly',
  'far from',
  'anything but',
  'by no means',
]

/** Who is reported to hold the opinion that the writer rejects or shares. */
export const hearsaySources = words('critics friends neighbors guides everyone people tourists colleagues')

/**
 * The spurious cue: invented names of places. A name says nothing about the food, yet in the training rows the names
 * of one group stand almost always beside one label.
 */
export const placeNames: Readonly<Record<Verdict, readonly string[]>> = {
  positive: ['the golden fork', 'blue lantern', 'harbor house', 'maple inn'],
  negative: ['the iron kettle', 'corner grill', 'station diner', 'old mill'],
}

/** Openings that carry the name of a place; `@` stands for the name. They say nothing about the verdict. */
export const openings: readonly string[] = [
  'at @ ,',
  'lunch at @ :',
  'dinner at @ :',
  'we tried @ :',
  'my visit to @ :',
  'last week at @ ,',
]

/** Sentences that say nothing about the verdict; only in the unlabelled text. */
export const neutralSentences: readonly string[] = [
  'we came on a monday .',
  'we came on a friday night .',
  'i went with my sister and her children .',
  'my brother ordered for both of us .',
  'it was raining when we arrived .',
  'we sat near the door .',
  'a band played in the corner .',
  'they serve lunch until three .',
  'i asked for a glass of water .',
  'we shared one large plate .',
  'my uncle parked behind the church .',
  'snow had covered the street before noon .',
  'our neighbor wrote about this address in a magazine .',
  'the kitchen closes at eleven on sunday .',
  'they grow herbs and lemons behind the house .',
  'a tall man in a black coat opened the gate .',
  'we walked there from the station along the canal .',
  'the place opened last summer .',
  'it is close to the river .',
  'there is a park across the street .',
  'we paid by card .',
  'my parents live around here .',
  'the train stops right outside .',
  'our flight was early the next day .',
  'the sign says it has been a family business for twenty years .',
  'the kids shared a small pizza .',
  'my husband had the lamb and i had the beans .',
  'we had booked a room upstairs .',
  'this was our second time in town .',
  'they also sell honey and jam .',
  'you can order online or by phone .',
  'a dog slept under the bench .',
  'the next bus left at ten .',
]

/**
 * Sentences that give the verdict away in one word; only in the unlabelled text. To restore that word when it is hidden,
 * an encoder must read the statements before it.
 */
export const closings: Readonly<Record<Verdict, readonly string[]>> = {
  positive: [
    'we left happy .',
    'we loved it .',
    'five stars from me .',
    'i would recommend it .',
    'we will return soon .',
    'it was worth the money .',
    'a pleasure from start to end .',
    'thank you for this evening .',
  ],
  negative: [
    'we left angry .',
    'we hated it .',
    'one star from me .',
    'i would avoid it .',
    'we will never return .',
    'it was a waste of money .',
    'a nightmare from start to end .',
    'shame on you for this evening .',
  ],
}
