import * as tf from '@tensorflow/tfjs'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { finiteDifference, slopeTolerance } from '../testing/finite-difference.ts'
import { expectClose } from '@main/testing/expect-close.ts'
import { inScope } from '../tensors/in-scope.ts'
import { logitsOf } from '../training/loss-gradients.ts'
import { attributionScalar } from './attribution-scalar.ts'
import { gradientAttribution } from './gradient-attribution.ts'
import type { AttributionRequest } from './attribution.ts'

beforeAll(usePlainBackend)

function requestFor(kind: 'classification' | 'regression'): AttributionRequest {
  const batch = tinyBatch(kind, 7)
  return {
    logits: logitsOf(tinyParameters(kind === 'regression' ? 1 : 3, 4), tinyConfig),
    inputs: batch.inputs,
    targets: batch.targets,
    target: 'pseudo-label',
    config: tinyConfig,
    layers: [0, 1],
    pass: {},
    weights: 'after-dropout',
  }
}

/** F with one attention weight moved by `offset`. */
function scalarWithMovedWeight(
  request: AttributionRequest,
  layer: number,
  index: number,
  offset: number,
): number {
  return inScope(() => {
    const afterDropout = (at: number, weights: tf.Tensor4D): tf.Tensor4D => {
      if (at !== layer) return weights
      const values = Float32Array.from(weights.dataSync())
      values[index] = values[index]! + offset
      return tf.tensor4d(values, weights.shape)
    }
    const logits = request.logits(request.inputs, { probe: { afterDropout } })
    return attributionScalar(logits, request.targets, request.target).dataSync()[0]!
  })
}

describe.each(['classification', 'regression'] as const)('gradient attribution, %s', (kind) => {
  it('agrees with finite differences in every layer', () => {
    const request = requestFor(kind)

    const attributions = gradientAttribution(request)

    for (const [layer, attribution] of attributions) {
      const values = Array.from(attribution.dataSync())
      const largest = values.reduce(
        (best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best),
        0,
      )
      const indices = [largest, 0, 8]
      expectClose(
        indices.map((index) => values[index]!),
        indices.map((index) =>
          finiteDifference((offset) => scalarWithMovedWeight(request, layer, index, offset)),
        ),
        { relative: slopeTolerance, what: `layer ${layer}` },
      )
    }
  })

  it('is exactly 0 where nothing is read: padding queries, and all but the first query of the last layer', () => {
    const request = requestFor(kind)

    const attributions = gradientAttribution(request)

    const first = attributions.get(0)!.arraySync()
    for (const head of first[1]!)
      for (const row of head.slice(3)) expect(row.every((value) => value === 0)).toBe(true)
    const last = attributions.get(1)!.arraySync()
    for (const head of last.flat()) {
      expect(head.slice(1).every((row) => row.every((value) => value === 0))).toBe(true)
      expect(head[0]!.some((value) => value !== 0)).toBe(true)
    }
  })

  it('leaves no tensor behind but its result', () => {
    const request = requestFor(kind)
    const before = tf.memory().numTensors

    const attributions = gradientAttribution(request)

    expect(tf.memory().numTensors).toBe(before + attributions.size)
  })
})
