/** What the terms of a comparison mean, one sentence each: the window's help and the report show the same list. */
import { scoreMeanings } from './comparison-columns.ts'
import { overheadMeanings } from './training-time.ts'

/** Terms of scores and tests, with what they mean. */
export const scoreTerms = [
  ['Score', scoreMeanings.score],
  ['Best epoch', scoreMeanings.bestEpoch],
  ['Epochs evaluated', scoreMeanings.evaluated],
  ['Δ, Difference', scoreMeanings.difference],
  ['p', scoreMeanings.welch],
  ['Holm', scoreMeanings.holm],
  ['p paired', scoreMeanings.paired],
  ['—', 'There is no such number: it is undefined, not known yet, or there is nothing to divide. Never 0.'],
] as const

/** Terms of times, with what they mean. */
export const timeTerms = [
  ['Step overhead', overheadMeanings.step],
  ['Epoch overhead', overheadMeanings.epoch],
  ['Run overhead', overheadMeanings.run],
  ['Time to best', scoreMeanings.timeToBest],
] as const
