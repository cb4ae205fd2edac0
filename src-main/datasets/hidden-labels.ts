/** Test splits whose labels are not published. */
import { labelKey, numberOf, type LabelCensus } from './label-census.ts'

/** What stands in place of a label that is kept secret; alone in a file, and nowhere in training, it is none. */
const placeholders = new Set(
  ['?', '-', '--', 'na', 'n/a', 'nan', 'none', 'null', 'unknown', 'hidden', 'unlabeled', 'unlabelled'].map(
    labelKey,
  ),
)

/**
 * Why a split's rows count as unlabelled although there is a label column: every label is empty, or every one is −1, as
 * the hub's data sets mark hidden labels, or one placeholder such as "?". Training and validation rows always need labels.
 *
 * @param census labels of the split
 * @param training labels of the training split; null: there is none
 * @returns null when the labels are labels
 */
export function hiddenLabelsNote(census: LabelCensus, training: LabelCensus | null): string | null {
  if (census.split === 'train' || census.split === 'validation') return null
  if (census.labelled === 0)
    return census.missing === 0 ? null : 'No row has a label; its rows are unlabelled.'
  const [only, ...others] = census.counts.keys()
  const isPlaceholder =
    only !== undefined && others.length === 0 && placeholders.has(labelKey(only)) && training !== null
  if (isPlaceholder && ![...training.counts.keys()].some((label) => labelKey(label) === labelKey(only)))
    return `Every label is "${only}", which marks hidden labels; its rows are unlabelled.`
  const areHidden = [...census.counts.keys()].every(isMinusOne)
  if (!areHidden || (training !== null && [...training.counts.keys()].some(isMinusOne))) return null
  return `Every label is ${[...census.counts.keys()][0]!}, which marks hidden labels in exports of the datasets library; its rows are unlabelled.`
}

/**
 * Whether a label is −1 in any spelling.
 *
 * @param label a label, clean
 */
export function isMinusOne(label: string): boolean {
  return numberOf(label) === -1
}
