/** What an example's labels are, by the kind of its task: one, or one a word. */

/** Gold: a class index, a score, or a class index of every word. */
export type Gold = number | readonly number[]

/** Predicted: a class index, a score, or a class index of every word; null where the model read no part of the word. */
export type Prediction = number | readonly (number | null)[]
