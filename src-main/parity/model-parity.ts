/** Forward pass, gradients and attributions of a fixture against its reference values. */
import * as tf from '@tensorflow/tfjs'
import { attentionAttribution } from '@main/ml/attribution/attention-attribution.ts'
import { attributionScalar } from '@main/ml/attribution/attribution-scalar.ts'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '@main/ml/attribution/integrated-gradient-attribution.ts'
import { integrationRule } from '@main/ml/attribution/integrated-gradient/integration-rule.ts'
import { headOf } from '@main/ml/heads/head-table.ts'
import { ignoredLabel, type Targets } from '@main/ml/heads/targets.ts'
import { taskLoss } from '@main/ml/losses/task-loss.ts'
import { embeddingWidth } from '@main/ml/models/model-weights.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { logitsOf, lossGradients } from '@main/ml/training/loss-gradients.ts'
import { gradientRtol, tolerances, type Numbers } from './comparison-row.ts'
import { toCompare, type Quantity } from './quantity.ts'
import type { AttributionRequest, ModelAttributionRequest } from '@main/ml/attribution/attribution.ts'
import type { ForwardOptions } from '@main/ml/models/forward-options.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { ParityFixture } from './parity-fixture.ts'

/** Everything a comparison of one fixture needs. */
export interface ModelUnderTest {
  readonly fixture: ParityFixture
  readonly parameters: Parameters
  readonly batch: Batch
  /** Name of the batch in the fixture: `main`, `one`, `static`. */
  readonly batchName: string
}

/**
 * A request for attributions on the fixture's batch, every layer, without dropout.
 *
 * @param model the fixture and its batch
 */
export function attributionRequest(model: ModelUnderTest): ModelAttributionRequest {
  const { config } = model.fixture
  return {
    logits: logitsOf(model.parameters, config),
    parameters: model.parameters,
    config,
    inputs: model.batch.inputs,
    targets: model.batch.targets,
    target: 'pseudo-label',
    layers: Array.from({ length: config.numHiddenLayers }, (_, layer) => layer),
    pass: { lastBlock: 'every-token' },
    weights: 'after-dropout',
  }
}

/**
 * Embeddings, hidden states, attention, logits, loss and scalar of one batch.
 *
 * @param model the fixture and its batch
 */
export function compareForward(model: ModelUnderTest): Quantity[] {
  const { fixture, batchName, batch } = model
  const rows: Quantity[] = []
  const compare = (quantity: string, actual: tf.Tensor, kind: keyof typeof tolerances): void => {
    const name = `${batchName}.${quantity}`
    if (!fixture.hasExpected(name)) return
    rows.push(toCompare(fixture.name, name, actual, fixture.expected(name), tolerances[kind]))
  }
  const options: ForwardOptions = {
    lastBlock: 'every-token',
    probe: {
      embeddings(rows) {
        compare('embeddings', rows, 'hiddenStates')
      },
      hiddenStates(layer, states) {
        const isProjected = embeddingWidth(fixture.config) !== fixture.config.hiddenSize
        if (layer === -1 && !isProjected) compare('embeddings', states, 'hiddenStates')
        compare(`hidden.${layer + 1}`, states, 'hiddenStates')
      },
      beforeDropout(layer, weights) {
        compare(`attn.${layer}`, weights, 'attention')
        return weights
      },
    },
  }
  const logits = modelLogits(model.parameters, fixture.config, batch.inputs, options)
  compare('logits', logits, 'logits')
  compare('loss', taskLoss(logits, batch.targets), 'loss')
  const firstOnly = firstTokenTargets(model)
  const lossOfFirst = fixture.cases.main.loss_first_subtoken
  if (batchName === 'main' && firstOnly !== null && lossOfFirst !== undefined) {
    const loss = taskLoss(logits, firstOnly)
    rows.push(toCompare(fixture.name, 'main.loss_first_subtoken', loss, [lossOfFirst], tolerances.loss))
  }
  compare('scalar', attributionScalar(logits, batch.targets, 'pseudo-label'), 'logits')
  return rows
}

/** The batch's labels with those of words at their first tokens alone; null where the fixture has none. */
function firstTokenTargets({ fixture, batch, batchName }: ModelUnderTest): Targets | null {
  const stored = fixture.cases.batches[batchName]?.labels_first_subtoken
  if (stored === undefined) return null
  const counts = stored.map((row) => row.filter((label) => label !== ignoredLabel).length)
  const all = counts.reduce((sum, count) => sum + count, 0)
  const shares = tf.tensor1d(counts.map((count) => count / all))
  return headOf(fixture.config.taskKind).targets(
    tf.tensor2d(stored, undefined, 'int32'),
    shares,
    batch.inputs,
  )
}

/**
 * Gradients of every parameter that the fixture holds, for the pass with these options.
 *
 * @param model the fixture and its batch
 * @param prefix of the reference names, for instance `main` or `main.mask.m0`
 * @param options keep masks of the pass
 */
export function compareGradients(model: ModelUnderTest, prefix: string, options: ForwardOptions): Quantity[] {
  const { fixture } = model
  const { random, ...pass } = options
  const { config } = fixture
  const { gradients } = lossGradients(model.parameters, {
    config,
    batch: model.batch,
    changes: { pass },
    random,
  })
  const present = [...gradients].filter(([name]) => fixture.hasExpected(`${prefix}.grad.${name}`))
  const largest = Math.max(
    ...present.map(([name]) => largestEntry(fixture.expected(`${prefix}.grad.${name}`))),
  )
  return present.map(([name, gradient]) => {
    const quantity = `${prefix}.grad.${name}`
    const expected = fixture.expected(quantity)
    // Relative to the array's largest entry, or to 1e-2 of the pass's largest: a key bias has gradient 0 but for rounding.
    const scale = Math.max(largestEntry(expected), 1e-2 * largest)
    return toCompare(fixture.name, quantity, gradient, expected, {
      rtol: gradientRtol,
      atol: 0,
      scale,
    })
  })
}

/**
 * GA, IGA and AA of every layer.
 *
 * @param model the fixture and its batch
 */
export function compareAttributions(model: ModelUnderTest): Quantity[] {
  const { fixture, batchName } = model
  const request = attributionRequest(model)
  const rows: Quantity[] = []
  const compare = (quantity: string, byLayer: ReadonlyMap<number, tf.Tensor>): void => {
    for (const [layer, attribution] of byLayer) {
      const name = `${batchName}.${quantity}.${layer}`
      if (fixture.hasExpected(name)) {
        const tolerance = quantity === 'attn' ? tolerances.attention : tolerances.attribution
        rows.push(toCompare(fixture.name, name, attribution, fixture.expected(name), tolerance))
      }
    }
  }
  compare('ga', gradientAttribution(request))
  compare('ga_gold', gradientAttribution({ ...request, target: 'gold-label' }))
  compare('attn', attentionAttribution(request))
  if (fixture.hasExpected(`${batchName}.iga_true.0`)) {
    const rule = integrationRule('riemann', 20)
    compare('iga_true', integratedGradientAttribution(request, rule, 'exact'))
    compare('iga_authors', integratedGradientAttribution(request, rule, 'as-released'))
  }
  return rows
}

/**
 * Attribution after and before a given vanilla dropout of the attention weights.
 *
 * @param model the fixture and its batch
 */
export function compareVanillaDropout(model: ModelUnderTest): Quantity[] {
  const { fixture, batchName } = model
  const dropped = fixture.cases.vdrop
  if (dropped === undefined) return []
  const request = attributionRequest(model)
  const { config } = fixture
  const [batch, tokens] = model.batch.inputs.inputIds.shape
  const shape: [number, number, number, number] = [batch, config.numAttentionHeads, tokens, tokens]
  const kept = (layer: number): tf.Tensor4D =>
    tf.mul(
      tf.tensor4d(Array.from(fixture.expected(`${batchName}.vdrop.kept.${layer}`)), shape),
      1 / (1 - dropped.p),
    )
  const logits: AttributionRequest['logits'] = (inputs, options) =>
    modelLogits(model.parameters, config, inputs, {
      ...options,
      probe: {
        beforeDropout: (layer, weights) => options.probe?.beforeDropout?.(layer, weights) ?? weights,
        afterDropout: (layer, weights) => {
          const after = tf.mul<tf.Tensor4D>(weights, kept(layer))
          return options.probe?.afterDropout?.(layer, after) ?? after
        },
      },
    })
  const rows: Quantity[] = []
  const compare = (name: string, actual: tf.Tensor, kind: keyof typeof tolerances): void => {
    const quantity = `${batchName}.vdrop.${name}`
    rows.push(toCompare(fixture.name, quantity, actual, fixture.expected(quantity), tolerances[kind]))
  }
  const found = logits(model.batch.inputs, request.pass)
  compare('logits', found, 'logits')
  compare('loss', taskLoss(found, model.batch.targets), 'loss')
  for (const [name, weights] of [
    ['ga_post', 'after-dropout'],
    ['ga_pre', 'before-dropout'],
  ] as const) {
    const byLayer = gradientAttribution({ ...request, logits, weights })
    for (const [layer, attribution] of byLayer) compare(`${name}.${layer}`, attribution, 'attribution')
  }
  return rows
}

/** Largest absolute entry. */
function largestEntry(values: Numbers): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!))
  return largest
}
