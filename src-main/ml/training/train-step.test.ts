import * as tf from '@tensorflow/tfjs'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { methodConfig, methodDefinitions } from '@shared/config/method-config.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import { exemptFromDecay } from '../models/model-weights.ts'
import { authorsAdamW } from '../optimizers/optimizer.ts'
import { createAdamW } from '../optimizers/adam-w.ts'
import { regularizerFor } from '../regularizers/method-table.ts'
import { attentionAttribution } from '../attribution/attention-attribution.ts'
import { gradientAttribution } from '../attribution/gradient-attribution.ts'
import { integrationRule } from '../attribution/integrated-gradient/integration-rule.ts'
import { integratedGradientAttribution } from '../attribution/integrated-gradient-attribution.ts'
import { taskLoss } from '../losses/task-loss.ts'
import { modelLogits } from '../models/model-logits.ts'
import { javascriptUniform, passKey, passRandom } from '../random/uniform-source.ts'
import { inScope } from '../tensors/in-scope.ts'
import { lossOperations, tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { logitsOf } from './loss-gradients.ts'
import { trainStep } from './train-step.ts'
import type { ModelAttributionRequest } from '../attribution/attribution.ts'
import type { KeepMask } from '../models/forward-options.ts'
import type { Parameters } from '../models/parameters.ts'
import type { Batch } from '../regularizers/regularizer.ts'

beforeAll(usePlainBackend)

const withoutDropout = {
  ...tinyConfig,
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  classifierDropout: 0,
}

const exempt = exemptFromDecay(tinyConfig, tinyParameters(2, 3).keys())

/** Losses of `steps` steps of a method from the same start. */
function lossesOf(
  method: object,
  steps: number,
  seed = 7,
  config = tinyConfig,
  maxGradientNorm: number | null = null,
): number[] {
  const parameters = tinyParameters(2, 3)
  const optimizer = createAdamW({ parameters, settings: { ...authorsAdamW, weightDecay: 0.01 }, exempt })
  const setting = {
    config,
    optimizer,
    uniform: javascriptUniform,
    seed,
    learningRate: 3e-3,
    maxGradientNorm,
  }
  const regularizer = regularizerFor(methodConfig.parse(method))
  const batch = tinyBatch('classification', 2)
  const losses = Array.from({ length: steps }, (_, i) => trainStep(setting, batch, regularizer, i + 1))
  optimizer.dispose()
  return losses
}

/** Attributions of every layer, by the name of the setting; each has tests of its own. */
const attributionsBy = {
  gradient: gradientAttribution,
  attention: attentionAttribution,
  'integrated-gradient': (request: ModelAttributionRequest) =>
    integratedGradientAttribution(request, integrationRule('riemann', 20), 'exact'),
}

/** What the tiny model without dropout is attributed for, pseudo-labels as target. */
const requestOf = (parameters: Parameters, batch: Batch): ModelAttributionRequest => ({
  logits: logitsOf(parameters, withoutDropout),
  parameters,
  config: withoutDropout,
  inputs: batch.inputs,
  targets: batch.targets,
  target: 'pseudo-label',
  layers: [0, 1],
  pass: {},
  weights: 'after-dropout',
})

/** Keep masks of the first step of seed 7, in plain numbers: k-th smallest of the real columns, then u < q drops. */
function masksByHand(
  attributions: ReadonlyMap<number, tf.Tensor4D>,
  batch: Batch,
  [p, q]: readonly [number, number],
): ReadonlyMap<number, KeepMask> {
  const realTokens = Array.from(tf.sum(batch.inputs.isReal, -1).dataSync())
  const random = passRandom(javascriptUniform, passKey(7, 1, 'mask'))
  return new Map(
    [...attributions].map(([layer, attribution]) => {
      const draws = random.uniform(attribution.shape, `layer.${layer}.discard`).arraySync() as number[][][][]
      const masks = attribution.arraySync().map((heads, example) =>
        heads.map((rows, head) =>
          rows.map((row, query) => {
            const n = realTokens[example]!
            const sorted = row.slice(0, n).sort((a, b) => a - b)
            const threshold = sorted[Math.trunc(Math.fround(Math.fround(1 - p) * n))]!
            const keeps = row.map((value, column) => {
              const isDropped = value >= threshold && draws[example]![head]![query]![column]! < q
              return column < n && !isDropped ? 1 : 0
            })
            return keeps.some((keep) => keep === 1) ? keeps : row.map((_, column) => Number(column < n))
          }),
        ),
      )
      return [layer, tf.tensor4d(masks, attribution.shape)]
    }),
  )
}

describe('a training step', () => {
  it('gives the same losses for the same seed and others for another', () => {
    const method = { kind: 'ad-drop' }

    expect(lossesOf(method, 4)).toEqual(lossesOf(method, 4))
    expect(lossesOf(method, 4)).not.toEqual(lossesOf(method, 4, 8))
  })

  it.each(['gradient', 'attention', 'random'])(
    'learns the batch by heart with %s attribution',
    (attribution) => {
      const losses = lossesOf({ kind: 'ad-drop', attribution, discardRate: 0.1 }, 25, 7, withoutDropout)

      expect(losses.every(Number.isFinite)).toBe(true)
      expect(Math.max(...losses.slice(-3))).toBeLessThan(losses[0]! / 2)
    },
  )

  it.each(Object.keys(attributionsBy) as (keyof typeof attributionsBy)[])(
    'trains on the loss of a pass with the masks that Eq. 6 and 7 draw by its attribution: %s',
    (attribution) => {
      const [p, q] = [0.6, 0.5]
      const method = { kind: 'ad-drop', attribution, candidateRegionRatio: p, discardRate: q }
      const batch = tinyBatch('classification', 2)
      const parameters = tinyParameters(2, 3)
      const [masked, plain] = inScope(() => {
        const keepMasks = masksByHand(attributionsBy[attribution](requestOf(parameters, batch)), batch, [
          p,
          q,
        ])
        return [{ keepMasks }, {}].map((options) =>
          taskLoss(modelLogits(parameters, withoutDropout, batch.inputs, options), batch.targets).dataSync(),
        )
      })

      const found = lossesOf(method, 1, 7, withoutDropout)

      expectClose(found, masked!, { relative: rounding(lossOperations), scale: 1 })
      // A wrong position more or less would move the loss by more than rounding does.
      expect(Math.abs(masked![0]! - plain![0]!)).toBeGreaterThan(1e-2)
    },
  )

  it('takes another mask for every attribution, so that none can pass for another', () => {
    const losses = ['gradient', 'attention', 'integrated-gradient', 'random'].map(
      (attribution) => lossesOf({ kind: 'ad-drop', attribution, discardRate: 0.5 }, 1, 7, withoutDropout)[0],
    )

    expect(new Set(losses).size).toBe(4)
  })

  it('differs from plain fine-tuning as soon as positions are dropped', () => {
    expect(lossesOf({ kind: 'ad-drop', candidateRegionRatio: 0.9, discardRate: 0.9 }, 1)).not.toEqual(
      lossesOf({ kind: 'fine-tuning' }, 1),
    )
  })

  it('equals plain fine-tuning bit for bit when hardly anything can be dropped', () => {
    // q so small that no uniform number (a multiple of 2⁻²⁴) falls below it but 0 itself.
    expect(lossesOf({ kind: 'ad-drop', discardRate: 1e-9 }, 3)).toEqual(lossesOf({ kind: 'fine-tuning' }, 3))
  })

  it('clips the gradients to a norm when it is given one, and only those that are longer', () => {
    const method = { kind: 'fine-tuning' }
    const plain = lossesOf(method, 3)

    expect(lossesOf(method, 3, 7, tinyConfig, 1e6)).toEqual(plain)
    const clipped = lossesOf(method, 3, 7, tinyConfig, 1e-6)
    expect(clipped[0]).toBe(plain[0])
    expect(clipped.slice(1)).not.toEqual(plain.slice(1))
  })

  it('leaves no tensor behind', () => {
    const optimizer = createAdamW({
      parameters: tinyParameters(2, 3),
      settings: { ...authorsAdamW, weightDecay: 0.01 },
      exempt,
    })
    const setting = {
      config: tinyConfig,
      optimizer,
      uniform: javascriptUniform,
      seed: 1,
      learningRate: 1e-3,
      maxGradientNorm: 1,
    }
    const batch = tinyBatch('classification', 2)
    const regularizer = regularizerFor(methodConfig.parse({ kind: 'ad-drop' }))
    trainStep(setting, batch, regularizer, 1)
    const before = tf.memory().numTensors

    trainStep(setting, batch, regularizer, 2)

    expect(tf.memory().numTensors).toBe(before)
  })

  it('changes no weight when the loss is not finite', () => {
    const parameters = tinyParameters(2, 3)
    const broken = new Map(parameters).set('classifier.bias', tf.tensor1d([Number.NaN, 0]))
    const optimizer = createAdamW({
      parameters: broken,
      settings: { ...authorsAdamW, weightDecay: 0.01 },
      exempt,
    })
    const setting = { config: tinyConfig, optimizer, uniform: javascriptUniform, seed: 1, learningRate: 1e-2 }

    const loss = trainStep(
      setting,
      tinyBatch('classification', 2),
      regularizerFor({ kind: 'fine-tuning' }),
      1,
    )

    expect(loss).toBeNaN()
    const name = 'bert.pooler.dense.weight'
    expect(optimizer.parameters().get(name)!.dataSync()).toEqual(parameters.get(name)!.dataSync())
  })
})

describe('cross-tuning', () => {
  // SuperTickets has phases of its own: it fine-tunes until it prunes.
  it.each(
    Object.keys(methodDefinitions).filter((kind) => kind !== 'fine-tuning' && kind !== 'super-tickets'),
  )('goes with every other method, whose name says so: %s', (kind) => {
    const method = methodConfig.parse({ kind, crossTuning: true })
    const steady = methodConfig.parse({ kind, crossTuning: false })

    expect([1, 2, 3, 4].map((epoch) => epochPhase(method, epoch))).toEqual([
      'fine-tuning',
      'regularized',
      'fine-tuning',
      'regularized',
    ])
    expect(methodLabel(method)).not.toBe(methodLabel(steady))
  })
})
