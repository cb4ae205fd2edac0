import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { queryTokens } from '../models/forward-options.ts'
import { lastBlockOf, modelLogitsFrom } from '../models/model-logits.ts'
import { inScope } from '../tensors/in-scope.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { finiteDifference, slopeTolerance } from '../testing/finite-difference.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { gradientOperations, tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { logitsOf } from '../training/loss-gradients.ts'
import { attentionAttribution } from './attention-attribution.ts'
import { attributionScalar } from './attribution-scalar.ts'
import type { AttributionTarget } from '../heads/task-head.ts'
import { integratedGradientAttribution } from './integrated-gradient-attribution.ts'
import { disposePrefix, prefixPass } from './integrated-gradient/prefix-pass.ts'
import { attentionGradient, suffixGradient } from './integrated-gradient/suffix-gradient.ts'
import { integrationRule, type IntegrationRule } from './integrated-gradient/integration-rule.ts'
import type { IntegratedGradientForm } from './integrated-gradient/suffix-gradient.ts'
import type { ModelAttributionRequest } from './attribution.ts'
import type { Parameters } from '../models/parameters.ts'
import type { ModelConfig } from '../models/model-config.ts'

beforeAll(usePlainBackend)

type Kind = 'classification' | 'regression'
const threeLayers: ModelConfig = { ...tinyConfig, numHiddenLayers: 3 }

/** A model of three layers, so that some layer is neither first nor last. */
function threeLayerParameters(outputs: number, seed: number): Parameters {
  const third = [...tinyParameters(outputs, seed + 1)].filter(([name]) => name.includes('.layer.0.'))
  return new Map([
    ...tinyParameters(outputs, seed),
    ...third.map(([name, values]) => [name.replace('.layer.0.', '.layer.2.'), values] as const),
  ])
}

/**
 * The same with its matrices scaled to σ·√E = 0.55 as in BERT-base; at the tiny model's own 1.55, scores saturate and the
 * scalar turns sharply along the paths of early layers.
 */
function smoothParameters(outputs: number, seed: number): Parameters {
  return new Map(
    [...threeLayerParameters(outputs, seed)].map(([name, values]) => [
      name,
      values.rank === 2 && name.includes('.layer.') ? tf.mul(values, 0.355) : values,
    ]),
  )
}

/** A request for a smooth model. */
function smoothRequest(kind: Kind, seed = 4): ModelAttributionRequest {
  const parameters = smoothParameters(kind === 'regression' ? 1 : 3, seed)
  return requestFor(kind, {
    parameters,
    logits: logitsOf(parameters, threeLayers),
  })
}

function requestFor(kind: Kind, changes: Partial<ModelAttributionRequest> = {}): ModelAttributionRequest {
  const batch = tinyBatch(kind, 7)
  const parameters = threeLayerParameters(kind === 'regression' ? 1 : 3, 4)
  return {
    logits: logitsOf(parameters, threeLayers),
    parameters,
    config: threeLayers,
    inputs: batch.inputs,
    targets: batch.targets,
    target: 'pseudo-label',
    layers: [0, 1, 2],
    pass: {},
    weights: 'after-dropout',
    ...changes,
  }
}

/** Logits with one layer's attention weights changed. */
function logitsWith(
  request: ModelAttributionRequest,
  layer: number,
  change: (weights: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor2D {
  const probe = {
    afterDropout: (at: number, weights: tf.Tensor4D) => (at === layer ? change(weights) : weights),
  }
  return request.logits(request.inputs, { ...request.pass, probe })
}

/** F of logits; labels of α = 1 where the form fixes them. */
function scalarOf(
  request: ModelAttributionRequest,
  form: IntegratedGradientForm,
): (logits: tf.Tensor2D) => tf.Scalar {
  const { targets, target } = request
  if (form === 'as-released' || target === 'gold-label' || targets.kind === 'regression')
    return (logits) => attributionScalar(logits, targets, target)
  const labels = tf.argMax<tf.Tensor1D>(request.logits(request.inputs, request.pass), -1)
  return (logits) => attributionScalar(logits, { kind: 'classification', labels }, 'gold-label')
}

/** The definition: for every layer and point the whole model, forward and backward. */
function naiveAttribution(
  request: ModelAttributionRequest,
  rule: IntegrationRule,
  form: IntegratedGradientForm,
): ReadonlyMap<number, tf.Tensor4D> {
  const scalar = scalarOf(request, form)
  const [batch, tokens] = request.inputs.inputIds.shape
  const attention = attentionAttribution(request)
  return new Map(
    request.layers.map((layer) => {
      const queries = queryTokens(layer, 3, tokens, lastBlockOf(request.config, request.pass))
      const terms = rule.map(({ alpha, weight }) => {
        const sweep = tf.grad((tap: tf.Tensor) =>
          scalar(logitsWith(request, layer, (weights) => tf.add(tf.mul(weights, alpha), tap))),
        )
        const gradient = sweep(tf.zeros([batch, request.config.numAttentionHeads, queries, tokens]))
        return tf.mul(gradient, form === 'as-released' ? weight * alpha : weight)
      })
      return [layer, tf.mul<tf.Tensor4D>(attention.get(layer)!, tf.addN(terms))]
    }),
  )
}

const largestOf = (values: tf.Tensor): number => tf.max(tf.abs(values)).dataSync()[0]!

const cases: [Kind, AttributionTarget, IntegratedGradientForm, 'first-token' | 'every-token'][] = [
  ['classification', 'pseudo-label', 'exact', 'first-token'],
  ['classification', 'pseudo-label', 'as-released', 'first-token'],
  ['classification', 'gold-label', 'exact', 'every-token'],
  ['regression', 'pseudo-label', 'exact', 'first-token'],
  ['regression', 'pseudo-label', 'as-released', 'every-token'],
]

describe.each(['riemann', 'gauss-legendre'] as const)('integrated gradients, %s', (name) => {
  it.each(cases)('agree with the definition: %s, %s, %s, %s', (kind, target, form, lastBlock) => {
    inScope(() => {
      const request = requestFor(kind, { target, pass: { lastBlock } })
      const rule = integrationRule(name, 4)

      const found = integratedGradientAttribution(request, rule, form)

      const expected = naiveAttribution(request, rule, form)
      expect([...found.keys()]).toEqual([0, 1, 2])
      for (const [layer, attribution] of expected) {
        expect(found.get(layer)!.shape).toEqual(attribution.shape)
        expect(largestOf(attribution)).toBeGreaterThan(1e-4)
        // The same sums in another order.
        expectClose(found.get(layer)!.dataSync(), attribution.dataSync(), {
          relative: rounding(gradientOperations, 'float64'),
          what: `layer ${layer}`,
        })
        tf.dispose(found.get(layer)!)
      }
    })
  })
})

describe('integrated gradients', () => {
  it.each(['classification', 'regression'] as const)(
    'sum to the change of the scalar along the path (completeness), %s',
    (kind) => {
      inScope(() => {
        const request = smoothRequest(kind)
        const scalar = scalarOf(request, 'exact')
        const rule = integrationRule('gauss-legendre', 16)

        const found = integratedGradientAttribution(request, rule, 'exact')

        for (const [layer, attribution] of found) {
          const at = (alpha: number): number =>
            scalar(logitsWith(request, layer, (weights) => tf.mul(weights, alpha))).dataSync()[0]!
          const change = at(1) - at(0)
          const total = attribution.sum().dataSync()[0]!
          // What 16 points leave of a path's integral, measured: 2e-9.
          expectClose([total], [change], { relative: 1e-8, scale: 1 + Math.abs(change) })
          attribution.dispose()
        }
      })
    },
  )

  it('move with their heads when a layer’s heads change places', () => {
    inScope(() => {
      const request = requestFor('classification')
      const rule = integrationRule('riemann', 3)
      // Heads 0, 1, 2 become 2, 0, 1 in layer 1: rows of the projections, columns of the output.
      const order = [2, 0, 1].flatMap((head) => Array.from({ length: 5 }, (_, d) => 5 * head + d))
      const parameters = new Map(
        [...request.parameters].map(([parameter, values]) => {
          if (!parameter.includes('.layer.1.attention.')) return [parameter, values]
          if (parameter.includes('.self.')) return [parameter, tf.gather(values, order, 0)]
          return [parameter, parameter.endsWith('dense.weight') ? tf.gather(values, order, 1) : values]
        }),
      )
      const permuted = { ...request, parameters, logits: logitsOf(parameters, threeLayers) }

      const before = integratedGradientAttribution(request, rule, 'exact')
      const after = integratedGradientAttribution(permuted, rule, 'exact')

      const expected = tf.gather(before.get(1)!, [2, 0, 1], 1)
      expectClose(after.get(1)!.dataSync(), expected.dataSync(), {
        relative: rounding(gradientOperations, 'float64'),
      })
      tf.dispose([...before.values(), ...after.values()])
    })
  })

  it('take the layers that are asked for, in any order, and tell when the forward pass is over', () => {
    const all = integratedGradientAttribution(
      requestFor('classification'),
      integrationRule('riemann', 2),
      'exact',
    )
    let told = 0
    const request = requestFor('classification', { layers: [2, 0], onForwardDone: () => (told += 1) })

    const some = integratedGradientAttribution(request, integrationRule('riemann', 2), 'exact')

    expect(told).toBe(1)
    expect([...some.keys()].sort()).toEqual([0, 2])
    for (const [layer, attribution] of some)
      expect(attribution.dataSync()).toEqual(all.get(layer)!.dataSync())
  })

  it.each(['riemann', 'gauss-legendre'] as const)('leave no tensor behind but the result, %s', (name) => {
    const request = requestFor('classification')
    const before = tf.memory().numTensors

    const found = integratedGradientAttribution(request, integrationRule(name, 3), 'exact')

    expect(tf.memory().numTensors).toBe(before + found.size)
  })
})

describe('the pass from the middle', () => {
  it('has the logits of the whole pass bit for bit, with dropout too', () => {
    inScope(() => {
      const uniform = (shape: readonly number[], site: string): tf.Tensor =>
        tf.randomUniform([...shape], 0, 1, 'float32', site.length)
      const request = requestFor('classification', { pass: { random: { uniform } } })
      const expected = request.logits(request.inputs, request.pass).dataSync()

      const prefix = prefixPass(request)

      for (const { layer, projected, residual } of prefix.starts) {
        const bias = request.parameters.get(`bert.encoder.layer.${layer}.attention.output.dense.bias`)!
        const start = { layer, residual, attentionOutput: tf.add<tf.Tensor2D>(projected, bias) }
        const logits = modelLogitsFrom(request, request.inputs, start, request.pass)
        expect(logits.dataSync()).toEqual(expected)
      }
      disposePrefix(prefix)
    })
  })

  it('takes α as a tensor, with finite differences of the whole model as gradient', () => {
    inScope(() => {
      const request = requestFor('regression')
      const scalar = scalarOf(request, 'exact')
      const prefix = prefixPass(request)
      const [, start] = prefix.starts
      const point = { alpha: tf.scalar(0.4), labels: prefix.labels }

      const outputGradient = suffixGradient(request, start!, point, 'exact')

      const gradient = attentionGradient(request, start!, outputGradient)
      const slope = tf.sum(tf.mul(gradient, start!.weights)).dataSync()[0]!
      const at = (alpha: number): number =>
        scalar(logitsWith(request, 1, (weights) => tf.mul(weights, alpha))).dataSync()[0]!
      expectClose([slope], [finiteDifference((offset) => at(0.4 + offset))], { relative: slopeTolerance })
      disposePrefix(prefix)
    })
  })
})

/** Spearman's ρ of values without ties. */
function rankCorrelation(first: readonly number[], second: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] =>
    values.map((value) => values.filter((v) => v < value).length)
  const [left, right] = [ranks(first), ranks(second)]
  const squares = left.reduce((sum, rank, i) => sum + (rank - right[i]!) ** 2, 0)
  return 1 - (6 * squares) / (first.length * (first.length ** 2 - 1))
}

/** Mean of ρ over the rows of real queries, real columns alone. */
function meanRowCorrelation(first: tf.Tensor4D, second: tf.Tensor4D): number {
  const [left, right] = [first.arraySync(), second.arraySync()]
  const found = [7, 3, 5, 7].flatMap((real, example) =>
    left[example]!.flatMap((rows, head) =>
      rows
        .slice(0, real)
        .map((row, query) =>
          rankCorrelation(row.slice(0, real), right[example]![head]![query]!.slice(0, real)),
        ),
    ),
  )
  return found.reduce((sum, rho) => sum + rho, 0) / found.length
}

describe('the order within rows, which is all that a candidate region reads', () => {
  type Attributions = ReadonlyMap<number, tf.Tensor4D>
  const along = (
    request: ModelAttributionRequest,
    name: 'riemann' | 'gauss-legendre',
    m: number,
  ): Attributions => integratedGradientAttribution(request, integrationRule(name, m), 'exact')
  /** The layer in which two results agree least. */
  const leastCorrelation = (first: Attributions, second: Attributions): number =>
    Math.min(...[...first].map(([layer, values]) => meanRowCorrelation(values, second.get(layer)!)))

  it.each([
    // Measured: Gauss with 5 points against 20 Riemann points ≥ 0.9974; against the exact integral 1, Riemann ≥ 0.9974.
    ['classification', 4, 0.997],
    ['classification', 14, 0.997],
    ['regression', 4, 0.997],
  ] as const)('hardly depends on the rule in a model scaled as BERT: %s, weights %i', (kind, seed, least) => {
    inScope(() => {
      const request = smoothRequest(kind, seed)
      const gauss = along(request, 'gauss-legendre', 5)
      const riemann = along(request, 'riemann', 20)
      const exact = along(request, 'gauss-legendre', 32)

      expect(leastCorrelation(gauss, riemann)).toBeGreaterThan(least)
      expect(leastCorrelation(gauss, exact)).toBeGreaterThan(0.9999)
      expect(leastCorrelation(riemann, exact)).toBeGreaterThan(least)
      tf.dispose([gauss, riemann, exact].flatMap((found) => [...found.values()]))
    })
  })

  it('depends on it more where the scalar turns sharply along the path, and then Riemann’s 20 points are safer', () => {
    inScope(() => {
      const request = requestFor('regression')
      const exact = along(request, 'gauss-legendre', 64)

      // Measured, first layer: 0.928 and 0.988.
      const gauss = meanRowCorrelation(along(request, 'gauss-legendre', 5).get(0)!, exact.get(0)!)
      const riemann = meanRowCorrelation(along(request, 'riemann', 20).get(0)!, exact.get(0)!)

      expect(gauss).toBeGreaterThan(0.92)
      expect(riemann).toBeGreaterThan(gauss)
    })
  })
})
