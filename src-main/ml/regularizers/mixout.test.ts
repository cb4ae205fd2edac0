import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { lossOperations } from '../testing/tiny-model.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { mixout, mixWeight } from './mixout.ts'
import { expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { MixoutConfig } from '@shared/config/methods/mixout.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<MixoutConfig> = {}): MixoutConfig => ({
  kind: 'mixout',
  mixProbability: 0.4,
  mask: 'element',
  gradient: 'exact',
  crossTuning: false,
  ...changes,
})

const aFewOperations = { relative: rounding(10, 'float64') }
const weight = [0.5, -1.25, 2, 0.75, -3, 1.5]
const anchor = [0.25, -1, 1.5, 0.5, -2.5, -0.5]
const keep = [1, 0, 0, 1, 1, 0]

function mixed(
  p: number,
  gradient: MixoutConfig['gradient'],
  mask = keep,
): { value: number[]; derivative: number[] } {
  const at = tf.tensor(weight, [2, 3])
  const mix = (w: tf.Tensor): tf.Tensor =>
    mixWeight(w, tf.tensor(anchor, [2, 3]), () => tf.tensor(mask, [2, 3]), { mixProbability: p, gradient })
  const derivative = tf.grad((w: tf.Tensor) => tf.sum(mix(w)))(at)
  return { value: Array.from(mix(at).dataSync()), derivative: Array.from(derivative.dataSync()) }
}

describe('a mixed weight', () => {
  it('is W or W₀ where the mask says, moved so that its mean is W', () => {
    const p = 0.4
    const expected = weight.map(
      (w, i) => (keep[i]! * w + (1 - keep[i]!) * anchor[i]! - p * anchor[i]!) / (1 - p),
    )

    expectClose(mixed(p, 'exact').value, expected, aFewOperations)
  })

  it.each([0.3, 0.9])('has W as its mean over masks, and 1 as its mean derivative: p = %d', (p) => {
    const [kept, replaced] = [1, 0].map((value) => mixed(p, 'exact', new Array<number>(6).fill(value)))
    const mean = (of: 'value' | 'derivative', i: number): number =>
      (1 - p) * kept![of][i]! + p * replaced![of][i]!

    // Numbers that are up to 1/(1 − p) = 10 times as large cancel.
    const relative = 10 * aFewOperations.relative
    expectClose(
      weight.map((_, i) => mean('value', i)),
      weight,
      { relative },
    )
    expectClose(
      weight.map((_, i) => mean('derivative', i)),
      weight.map(() => 1),
      { relative },
    )
  })

  it('learns through the kept entries only, scaled by 1/(1 − p) unless as released', () => {
    expect(mixed(0.5, 'exact').derivative).toEqual(keep.map((kept) => kept * 2))
    expect(mixed(0.5, 'as-released').derivative).toEqual(keep)
  })
})

describe('Mixout', () => {
  it('has the gradients of finite differences where weights have left their anchors', () => {
    const step = new MethodStep(mixout(settings()))
    for (const [name, at] of step.state) {
      const moved = tf.mul(at, 0.5)
      ;(step.state as Map<string, tf.Tensor>).set(name, moved)
    }

    expectSlopes(step.slopes())
  })

  it('is plain fine-tuning without dropout, bit for bit, at p = 0', () => {
    expect(trained({ kind: 'mixout', mixProbability: 0 }, withoutDropout)).toEqual(
      trained({ kind: 'fine-tuning' }, withoutDropout),
    )
  })

  it('computes the pre-trained model’s loss as long as no weight has moved', () => {
    const [first] = trained({ kind: 'mixout', mixProbability: 0.9 }, withoutDropout, 1).losses
    const [plain] = trained({ kind: 'fine-tuning' }, withoutDropout, 1).losses

    // Mixing and unmixing a weight takes six operations, of numbers 10 times as large.
    expectClose([first!], [plain!], { relative: rounding(lossOperations * 10, 'float64') })
  })

  it('replaces whole input columns when asked to, and gives the same mask for the same seed', () => {
    const gradients = (mask: MixoutConfig['mask']): Float32Array =>
      new MethodStep(mixout(settings({ mask })))
        .gradients()
        .get('bert.encoder.layer.0.intermediate.dense.weight')!
    const emptyColumns = (values: Float32Array): number =>
      Array.from({ length: 15 }, (_, column) => column).filter((column) =>
        Array.from({ length: 19 }, (_, row) => values[row * 15 + column]).every((value) => value === 0),
      ).length

    expect(emptyColumns(gradients('input-column'))).toBeGreaterThan(0)
    expect(emptyColumns(gradients('element'))).toBe(0)
    expect(gradients('element')).toEqual(gradients('element'))
  })
})
