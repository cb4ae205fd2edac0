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

/** Everything a review may speak of. */
export const topics: readonly Topic[] = [
  {
    name: 'food',
    singular: words(
      'soup bread pasta fish salad curry cake coffee rice stew pie omelette chicken steak cheese dessert breakfast',
    ),
    plural: words('noodles dumplings oysters mushrooms pancakes potatoes vegetables starters'),
    adjectives: {
      positive: words(
        'delicious tasty fresh superb flavorful juicy wonderful excellent tender rich crisp perfect',
      ),
      negative: words('bland stale greasy soggy burnt awful tasteless dry disgusting terrible watery sour'),
    },
  },
  {
    name: 'service',
    singular: words('waiter waitress staff host bartender manager cook owner cashier chef service team'),
    plural: words('waiters hosts cooks managers bartenders owners'),
    adjectives: {
      positive: words(
        'friendly attentive kind patient polite cheerful helpful quick gracious welcoming warm skilled',
      ),
      negative: words(
        'rude careless impatient slow unhelpful grumpy cold clumsy arrogant lazy hostile dismissive',
      ),
    },
  },
  {
    name: 'place',
    singular: words('terrace garden kitchen bathroom hall bar lounge patio parlor balcony courtyard cellar'),
    plural: words('tables chairs plates glasses windows floors walls cushions'),
    adjectives: {
      positive: words(
        'charming cozy clean spotless bright lovely elegant comfortable pretty tidy inviting pleasant',
      ),
      negative: words('dirty noisy cramped gloomy shabby dusty smelly ugly sticky dingy broken filthy'),
    },
  },
  {
    name: 'price',
    singular: words('bill menu price buffet offer wine tip discount total'),
    plural: words('prices portions specials drinks cocktails fees'),
    adjectives: {
      positive: words('fair generous reasonable honest modest clear sensible great impressive affordable'),
      negative: words(
        'outrageous steep confusing dishonest excessive absurd poor unfair disappointing ridiculous',
      ),
    },
  },
  {
    name: 'evening',
    singular: words('music atmosphere view evening crowd lighting decor band show singer mood visit'),
    plural: words('songs guests candles flowers paintings games'),
    adjectives: {
      positive: words(
        'romantic lively calm relaxing memorable enjoyable beautiful entertaining soothing magical',
      ),
      negative: words('boring loud tedious depressing dull stressful forgettable unpleasant chaotic dreary'),
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

/** Sentences that give the verdict away by what the writer will do; only in the unlabelled text. */
export const closings: Readonly<Record<Verdict, readonly string[]>> = {
  positive: [
    'we will come back soon .',
    'i would recommend it to anyone .',
    'we left happy .',
    'it was worth every penny .',
    'i am already planning the next visit .',
    'five stars from me .',
    'we stayed until midnight and loved it .',
    'thank you for a great evening .',
  ],
  negative: [
    'we will not come back .',
    'i would warn anyone to stay away .',
    'we left hungry and angry .',
    'it was a waste of money .',
    'i want a refund .',
    'one star from me .',
    'we left early and regretted it .',
    'never again .',
  ],
}
