import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleLosses } from '../losses/task-loss.ts'
import { inScope } from '../tensors/in-scope.ts'
import { slopeTolerance } from '../testing/finite-difference.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { adversarialPerturbation, infoNce, scalSurrogate } from './scal-surrogate.ts'
import { expectLosses, expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { ScalSurrogateConfig } from '@shared/config/methods/scal-surrogate.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<ScalSurrogateConfig> = {}): ScalSurrogateConfig => ({
  kind: 'scal-surrogate',
  perturbationNorm: 0.7,
  contrastWeight: 0.6,
  temperature: 0.3,
  crossTuning: false,
  ...changes,
})
const [rows, tokens, width] = [4, 7, 15]

/** Losses of every example when something is added to the embeddings of the first pass. */
function lossesAt(step: MethodStep, added: Float32Array): number[] {
  const { logits, random, batch } = step.context()
  return inScope(() => {
    const onEmbeddings = (sum: tf.Tensor2D): tf.Tensor2D => tf.add(sum, tf.tensor2d(added, sum.shape))
    const found = logits(batch.inputs, { random: random('first'), onEmbeddings })
    return Array.from(exampleLosses(found, batch.targets).dataSync())
  })
}

/** ℓᵢ in float64, over the candidates that are examples. */
function contrastOf(
  anchors: readonly number[][],
  candidates: readonly number[][],
  temperature: number,
): number[] {
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const cosine = (a: readonly number[], b: readonly number[]): number =>
    dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  return anchors.map((anchor, row) => {
    const scores = candidates.map((candidate) => Math.exp(cosine(anchor, candidate) / temperature))
    return -Math.log(scores[row]! / scores.reduce((sum, score) => sum + score, 0))
  })
}

describe('the adversarial step', () => {
  it('goes along the gradient of every example’s own loss, over its real tokens', () => {
    const step = new MethodStep(scalSurrogate(settings()))
    const found = adversarialPerturbation(step.context(), 0.7).dataSync()
    const isReal = step.batch.inputs.isReal.dataSync()
    const size = tokens * width
    const differences = new Float64Array(rows * size)
    for (let place = 0; place < size; place++) {
      // The same entry of every example at once: they do not touch each other.
      const at = (change: number): number[] => {
        const added = new Float32Array(rows * size)
        for (let row = 0; row < rows; row++) added[row * size + place] = change
        return lossesAt(step, added)
      }
      // Of second order: off by h² = 1e-10 of the third derivative, and by rounding 1e-16 / h.
      const [above, below] = [at(1e-5), at(-1e-5)]
      for (let row = 0; row < rows; row++)
        differences[row * size + place] = (above[row]! - below[row]!) / 2e-5
    }

    for (let row = 0; row < rows; row++) {
      const own = differences.subarray(row * size, (row + 1) * size)
      const length = Math.hypot(...own)
      const ofRow = found.subarray(row * size, (row + 1) * size)
      expectClose(
        ofRow,
        own.map((slope) => (0.7 * slope) / length),
        { relative: slopeTolerance },
      )
      expectClose([Math.hypot(...ofRow)], [0.7], { relative: rounding(size, 'float64') })
      ofRow.forEach((value, place) => {
        if (isReal[row * tokens + Math.floor(place / width)] === 0) expect(value).toBe(0)
      })
    }
  })

  it('raises the loss', () => {
    const step = new MethodStep(scalSurrogate(settings()))
    const before = lossesAt(step, new Float32Array(rows * tokens * width))
    const direction = adversarialPerturbation(step.context(), 0.05).dataSync<'float32'>()

    lossesAt(step, direction).forEach((loss, row) => expect(loss).toBeGreaterThan(before[row]!))
  })

  it('stays where there is no gradient', () => {
    const step = new MethodStep(scalSurrogate(settings()))
    const { batch, random, config } = step.context()
    const logits = (): tf.Tensor2D => tf.zeros([rows, 2])
    const flat = adversarialPerturbation(
      {
        batch,
        random,
        config,
        logits: (_, options) => tf.add(logits(), tf.mul(0, sumOfEmbeddings(options))),
      },
      1,
    )

    expect(Array.from(flat.dataSync()).every((value) => value === 0)).toBe(true)
  })
})

/** What a pass hands on of its embeddings, as one number. */
function sumOfEmbeddings(options: { onEmbeddings?: (sum: tf.Tensor2D) => tf.Tensor2D } = {}): tf.Tensor {
  return tf.sum(options.onEmbeddings!(tf.ones([rows * tokens, width])))
}

describe('the contrastive loss', () => {
  const anchors = [
    [0.5, -1, 2],
    [1, 1, 0.25],
    [-0.5, 0.75, 1.5],
  ]
  const candidates = [
    [0.25, -1.5, 1],
    [2, 0.5, -0.25],
    [-1, 1, 0.5],
  ]
  const found = (weights?: number[], extra: number[][] = []): number[] =>
    Array.from(
      infoNce(
        tf.tensor2d([...anchors, ...extra]),
        tf.tensor2d([...candidates, ...extra]),
        0.3,
        weights === undefined ? undefined : tf.tensor1d(weights),
      ).dataSync(),
    )

  it('is the cross-entropy of finding one’s partner by cosine', () => {
    const expected = contrastOf(anchors, candidates, 0.3)

    expectLosses(found(), expected)
  })

  it('does not see rows that fill a batch up', () => {
    const filled = found([1 / 3, 1 / 3, 1 / 3, 0, 0], [anchors[0]!, [3, -2, 1]])

    expect(filled.slice(0, 3)).toEqual(found())
    expect(filled.every((loss) => Number.isFinite(loss) && loss < 10)).toBe(true)
  })

  it('is 0 for an example alone, and log B for B examples that are all alike', () => {
    const alike = tf.tensor2d([anchors[0]!, anchors[0]!, anchors[0]!])

    const alone = infoNce(tf.tensor2d([anchors[0]!]), tf.tensor2d([candidates[0]!]), 0.3)
    expectLosses(Array.from(alone.dataSync()), [0])
    expectLosses(Array.from(infoNce(alike, alike, 0.3).dataSync()), new Array(3).fill(Math.log(3)))
  })
})

describe('SCAL (surrogate)', () => {
  it.each(['classification', 'regression'] as const)(
    'is half the sum of both losses and λ times the contrast of the first token’s states, %s',
    (kind) => {
      const step = new MethodStep(scalSurrogate(settings()), { kind })
      const { batch } = step
      const { logits, random } = step.context()
      const direction = adversarialPerturbation(step.context(), 0.7)
      const passes = (['first', 'second'] as const).map((pass) => {
        let hidden: number[][] = []
        const found = logits(batch.inputs, {
          random: random(pass),
          onEmbeddings: (sum) => (pass === 'first' ? sum : tf.add(sum, direction)),
          probe: {
            hiddenStates(layer, states) {
              if (layer === 1) hidden = states.arraySync()
            },
          },
        })
        return { losses: Array.from(exampleLosses(found, batch.targets).dataSync()), hidden }
      })
      const contrast = contrastOf(passes[0]!.hidden, passes[1]!.hidden, 0.3)

      expectLosses(
        step.losses(),
        contrast.map((ofRow, row) => (passes[0]!.losses[row]! + passes[1]!.losses[row]! + 0.6 * ofRow) / 2),
      )
    },
  )

  it.each(['classification', 'regression'] as const)(
    'has the gradients of finite differences at a fixed step, %s',
    (kind) => {
      expectSlopes(new MethodStep(scalSurrogate(settings()), { kind }).slopes())
    },
  )

  it('is plain fine-tuning without dropout, bit for bit, at ε = 0 and λ = 0', () => {
    const method = { kind: 'scal-surrogate', perturbationNorm: 0, contrastWeight: 0 }

    expect(trained(method, withoutDropout)).toEqual(trained({ kind: 'fine-tuning' }, withoutDropout))
  })

  it('is R-Drop without its divergence, bit for bit, at ε = 0 and λ = 0 with dropout', () => {
    const method = { kind: 'scal-surrogate', perturbationNorm: 0, contrastWeight: 0 }

    expect(trained(method)).toEqual(trained({ kind: 'r-drop', consistencyWeight: 0 }))
  })
})
