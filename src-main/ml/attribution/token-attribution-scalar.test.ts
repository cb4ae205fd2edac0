import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { javascriptUniform } from '../random/uniform-source.ts'
import { inScope } from '../tensors/in-scope.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { finiteDifference } from '../testing/finite-difference.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { tokenAttributionScalar } from './token-attribution-scalar.ts'

beforeAll(usePlainBackend)

const [batch, tokens, classes] = [3, 5, 4]
const realTokens = [5, 2, 3]
const gold = [
  [0, 3, 1, 2, 2],
  [1, 0, 0, 0, 0],
  [2, 2, 3, 0, 0],
]

const someLogits = (): number[][][] =>
  tf.mul<tf.Tensor3D>(tf.sub(javascriptUniform([batch, tokens, classes], [1, 2]), 0.5), 4).arraySync()

const counts = (): tf.Tensor2D =>
  tf.tensor2d(realTokens.map((n) => Array.from({ length: tokens }, (_, t) => Number(t < n))))

/** F in double precision. */
function expected(logits: number[][][], labels: number[][]): number {
  let sum = 0
  for (const [b, n] of realTokens.entries())
    for (const [t, row] of logits[b]!.slice(0, n).entries())
      sum += row[labels[b]![t]!]! - Math.log(row.reduce((total, value) => total + Math.exp(value), 0))
  return sum / realTokens.reduce((total, n) => total + n, 0)
}

const predictions = (logits: number[][][]): number[][] =>
  logits.map((rows) => rows.map((row) => row.indexOf(Math.max(...row))))

const scalarOf = (logits: number[][][], target: 'pseudo' | 'gold'): number =>
  inScope(() => {
    const labels = target === 'gold' ? tf.tensor2d(gold, undefined, 'int32') : null
    return tokenAttributionScalar(tf.tensor3d(logits), counts(), labels).dataSync()[0]!
  })

describe.each(['pseudo', 'gold'] as const)('the attributed scalar of token labels, %s', (target) => {
  it('is the mean log probability of the labels of the tokens that count', () => {
    const logits = someLogits()
    const labels = target === 'gold' ? gold : predictions(logits)

    expectClose([scalarOf(logits, target)], [expected(logits, labels)], { relative: rounding(40, 'float64') })
  })

  it('has the gradients of finite differences, and none where a token does not count', () => {
    const logits = someLogits()
    const labels = target === 'gold' ? gold : predictions(logits)
    const gradient = inScope(() => {
      const gradients = tf.grad((given) =>
        tokenAttributionScalar(
          given as tf.Tensor3D,
          counts(),
          target === 'gold' ? tf.tensor2d(gold, undefined, 'int32') : null,
        ),
      )
      return (gradients(tf.tensor3d(logits)) as tf.Tensor3D).arraySync()
    })

    for (let b = 0; b < batch; b++)
      for (let t = 0; t < tokens; t++)
        for (let c = 0; c < classes; c++) {
          const moved = (change: number): number => {
            const other = structuredClone(logits)
            other[b]![t]![c]! += change
            // Labels stay: the choice is a constant.
            return expected(other, labels)
          }
          // See `slopeTolerance`; the function is of order 1 and smooth.
          expectClose([gradient[b]![t]![c]!], [finiteDifference(moved)], { relative: 1e-10, scale: 1 })
          if (t >= realTokens[b]!) expect(Math.abs(gradient[b]![t]![c]!)).toBe(0)
        }
  })
})
