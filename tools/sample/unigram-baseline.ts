/** What restoring hidden tokens is worth without reading the rest of the text. */

/** Loss and accuracy of a guess. */
export interface RestorationScore {
  /** Mean cross-entropy over the tokens, in nats. */
  readonly loss: number
  /** Share of tokens restored exactly, in [0, 1]. */
  readonly accuracy: number
}

/**
 * Score of guessing every token by its frequency in the training texts (one added to every count).
 *
 * @param training ids of the texts that the frequencies come from
 * @param evaluated ids of the texts whose tokens are guessed
 * @param vocabulary the tokens' vocabulary
 * @param vocabulary.specialTokenIds ids that are neither counted nor guessed
 * @param vocabulary.size number of entries
 */
export function unigramBaseline(
  training: readonly (readonly number[])[],
  evaluated: readonly (readonly number[])[],
  vocabulary: { readonly specialTokenIds: ReadonlySet<number>; readonly size: number },
): RestorationScore {
  const isOrdinary = (id: number): boolean => !vocabulary.specialTokenIds.has(id)
  const counts = new Array<number>(vocabulary.size).fill(1)
  for (const text of training) for (const id of text) if (isOrdinary(id)) counts[id]!++
  const total = counts.reduce((sum, count, id) => (isOrdinary(id) ? sum + count : sum), 0)
  const commonest = counts.reduce(
    (best, count, id) => (isOrdinary(id) && count > (counts[best] ?? 0) ? id : best),
    counts.findIndex((_, id) => isOrdinary(id)),
  )

  const guessed = evaluated.flatMap((text) => text.filter(isOrdinary))
  const loss = guessed.reduce((sum, id) => sum - Math.log(counts[id]! / total), 0) / guessed.length
  return { loss, accuracy: guessed.filter((id) => id === commonest).length / guessed.length }
}
