/** The sample as a whole: its seed, how much text there is, and every text drawn in one place. */
import { drawLabelledRows, splitNames } from './labelled-rows.ts'
import type { LabelledRow, SplitName } from './labelled-rows.ts'
import { buildVocabulary } from './sample-vocabulary.ts'
import { drawUnlabelledReviews } from './unlabelled-text.ts'

/** Seed of every random choice: rows, text, initial weights, masks. */
export const sampleSeed = 20221128

/** Unlabelled reviews that the encoder is pre-trained on. */
export const pretrainingReviews = 40_000
/** Unlabelled reviews that measure the pre-training and are not trained on. */
export const pretrainingValidationReviews = 1_000

/** Every text of the sample, in the grammar's form: lower-case words and marks separated by single spaces. */
export interface SampleTexts {
  readonly labelled: Readonly<Record<SplitName, readonly LabelledRow[]>>
  readonly pretraining: readonly string[]
  readonly pretrainingValidation: readonly string[]
  /** Entries of the WordPiece vocabulary in the order of their ids. */
  readonly vocabulary: readonly string[]
}

/**
 * Draws the whole sample; the same seed gives the same texts. The two unlabelled parts share no review, and neither
 * contains a statement of a labelled row.
 *
 * @param seed integer; `sampleSeed` for the bundled sample
 */
export function drawSampleTexts(seed: number): SampleTexts {
  const labelled = drawLabelledRows(seed)
  const excludedStatements = new Set(
    splitNames.flatMap((split) => labelled[split].map((row) => row.statement)),
  )
  const pretraining = drawUnlabelledReviews({
    seed,
    purpose: 'pre-training',
    reviews: pretrainingReviews,
    excludedStatements,
  })
  const seen = new Set(pretraining)
  const pretrainingValidation = drawUnlabelledReviews({
    seed,
    purpose: 'pre-training validation',
    reviews: pretrainingValidationReviews * 2,
    excludedStatements,
  })
    .filter((review) => !seen.has(review))
    .slice(0, pretrainingValidationReviews)
  return { labelled, pretraining, pretrainingValidation, vocabulary: buildVocabulary(pretraining) }
}
