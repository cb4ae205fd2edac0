import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { taskLoss } from '../losses/task-loss.ts'
import { makeBatch } from '../training/make-batch.ts'
import { lossShare } from './encoded-example.ts'
import { headOf } from './head-table.ts'
import { alignedLabels } from './label-alignment.ts'

/** Three words of two, one and one tokens between special tokens, the last cut off. */
const wordIds = [null, 0, 0, 1, null]

describe('labels of words', () => {
  it('stand at their first tokens; parts of words, special tokens and unlabelled words have none', () => {
    const aligned = alignedLabels(wordIds, [2, 1, 0], 3)

    expect(aligned.tokenLabels).toEqual([-100, 2, -100, 1, -100])
    expect(aligned.firstTokens).toEqual([1, 3, null])
    expect(alignedLabels(wordIds, undefined, 3).tokenLabels.every((label) => label === -100)).toBe(true)
  })
})

describe('a head that labels words', () => {
  const examples = [
    {
      inputIds: [2, 5, 6, 7, 3],
      tokenTypeIds: [0, 0, 0, 0, 0],
      words: alignedLabels(wordIds, [2, 1, 0], 3),
    },
    { inputIds: [2, 8, 3], tokenTypeIds: [0, 0, 0], words: alignedLabels([null, 0, null], [0], 1) },
  ]
  const batch = makeBatch(
    examples,
    { taskKind: 'token-classification', padTokenId: 0 },
    { rows: 3, tokens: 6 },
  )
  const logits = tf.tensor2d(
    Array.from({ length: 54 }, (_, i) => Math.sin(3 * i + 1) * 2),
    [18, 3],
  )
  const rows = logits.arraySync()
  const loss = (row: number, label: number): number =>
    Math.log(rows[row]!.reduce((sum, value) => sum + Math.exp(value), 0)) - rows[row]![label]!

  it('has the mean over all labelled tokens of a batch as its loss, however they lie in examples', () => {
    // Rows of 6 tokens: the first example's labels are at 1 and 3, the second's at 6 + 1.
    const expected = (loss(1, 2) + loss(3, 1) + loss(7, 0)) / 3

    expect(taskLoss(logits, batch.targets).dataSync()[0]).toBeCloseTo(expected, 5)
    expect(examples.map(lossShare)).toEqual([2, 1])
  })

  it('gives every example the mean over its own labelled tokens, and 0 to rows that fill a batch up', () => {
    const [first, second, filler] = headOf('token-classification').losses(logits, batch.targets).dataSync()

    expect(first).toBeCloseTo((loss(1, 2) + loss(3, 1)) / 2, 5)
    expect(second).toBeCloseTo(loss(7, 0), 5)
    expect(filler).toBe(0)
  })

  it('predicts at the first token of every word, and nothing for a word that was cut off', () => {
    const head = headOf('token-classification')
    const best = (row: number): number => rows[row]!.indexOf(Math.max(...rows[row]!))

    expect(head.read(head.predictions(logits).dataSync(), examples, 6)).toEqual([
      [best(1), best(3), null],
      [best(7)],
    ])
  })
})
