/** Candidate regions, keep masks and masked passes of a fixture against its reference values. */
import * as tf from '@tensorflow/tfjs'
import { attentionAttribution } from '@main/ml/attribution/attention-attribution.ts'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '@main/ml/attribution/integrated-gradient-attribution.ts'
import { integrationRule } from '@main/ml/attribution/integrated-gradient/integration-rule.ts'
import { releasedMaskedScore } from '@main/ml/layers/attention-weights.ts'
import { taskLoss } from '@main/ml/losses/task-loss.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { candidateRegion } from '@main/ml/regularizers/attribution-dropout/candidate-region.ts'
import { drawKeepMask, settleAllDroppedRows } from '@main/ml/regularizers/attribution-dropout/keep-mask.ts'
import { tolerances } from './comparison-row.ts'
import { toCompare, type Quantity } from './quantity.ts'
import { attributionRequest, compareGradients, type ModelUnderTest } from './model-parity.ts'
import type { Attribution } from '@main/ml/attribution/attribution.ts'
import type { KeepMask } from '@main/ml/models/forward-options.ts'
import type { MaskCase } from './parity-fixture.ts'

/**
 * Every (p, q) case of the fixture: region, keep mask, logits, loss and gradients of the masked pass.
 *
 * @param model the fixture with its `main` batch
 */
export function compareMaskCases(model: ModelUnderTest): Quantity[] {
  const scores = new ScoresByMethod(model)
  return model.fixture.cases.mask_cases.flatMap((maskCase) => compareMaskCase(model, maskCase, scores))
}

/** One case. */
function compareMaskCase(model: ModelUnderTest, maskCase: MaskCase, scores: ScoresByMethod): Quantity[] {
  const { fixture, batch } = model
  const prefix = `main.mask.${maskCase.id}`
  const rows: Quantity[] = []
  const keepMasks = new Map<number, KeepMask>()
  for (const layer of maskCase.layers) {
    const drawn = drawFor(model, maskCase, scores, layer)
    if (drawn.region !== null) {
      rows.push(
        compareTensor(model, `${prefix}.threshold.${layer}`, drawn.region.threshold, 'attribution'),
        compareTensor(
          model,
          `${prefix}.protected.${layer}`,
          realOnly(drawn.region.isProtected, model),
          'exact',
        ),
      )
    }
    rows.push(compareTensor(model, `${prefix}.keep.${layer}`, drawn.keepMask, 'exact'))
    keepMasks.set(layer, drawn.keepMask)
  }
  const logits = modelLogits(model.parameters, fixture.config, batch.inputs, { keepMasks })
  rows.push(
    compareTensor(model, `${prefix}.logits`, logits, 'logits'),
    compareTensor(model, `${prefix}.loss`, taskLoss(logits, batch.targets), 'loss'),
  )
  return maskCase.grad === 'none' ? rows : [...rows, ...compareGradients(model, prefix, { keepMasks })]
}

/** Region (if the method has one) and keep mask of one layer. */
function drawFor(
  model: ModelUnderTest,
  maskCase: MaskCase,
  scores: ScoresByMethod,
  layer: number,
): { region: { threshold: tf.Tensor4D; isProtected: tf.Tensor4D } | null; keepMask: KeepMask } {
  const { isReal } = model.batch.inputs
  const uniform = given(model, `main.U.${layer}`)
  if (maskCase.method === 'RD') {
    const second = given(model, `main.U2.${layer}`)
    // Two draws, as the fixtures hold them; training makes one of the product's probability.
    const isProtected = tf.greaterEqual<tf.Tensor4D>(uniform, maskCase.p)
    return { region: null, keepMask: drawKeepMask(isProtected, second, isReal, maskCase.q) }
  }
  const discards = maskCase.region === 'low' ? 'low-attribution' : 'high-attribution'
  const score = scores.of(maskCase.method, layer)
  const region = candidateRegion(score, isReal, maskCase.p, discards)
  return { region, keepMask: drawKeepMask(region.isProtected, uniform, isReal, maskCase.q) }
}

/** Attributions by the fixture's method names, each computed once. */
class ScoresByMethod {
  private readonly computed = new Map<string, ReadonlyMap<number, Attribution>>()
  private readonly model: ModelUnderTest

  constructor(model: ModelUnderTest) {
    this.model = model
  }

  of(method: string, layer: number): Attribution {
    let byLayer = this.computed.get(method)
    if (byLayer === undefined) {
      byLayer = this.compute(method)
      this.computed.set(method, byLayer)
    }
    return byLayer.get(layer)!
  }

  private compute(method: string): ReadonlyMap<number, Attribution> {
    const request = attributionRequest(this.model)
    switch (method) {
      case 'GA':
        return gradientAttribution(request)
      case 'GA-gold':
        return gradientAttribution({ ...request, target: 'gold-label' })
      case 'AA':
        return attentionAttribution(request)
      case 'AA-negated':
        return new Map([...attentionAttribution(request)].map(([layer, weights]) => [layer, tf.neg(weights)]))
      case 'IGA':
        return integratedGradientAttribution(request, integrationRule('riemann', 20), 'as-released')
      case 'IGA-true':
        return integratedGradientAttribution(request, integrationRule('riemann', 20), 'exact')
      case 'RD-exact':
        return new Map(request.layers.map((layer) => [layer, given(this.model, `main.U2.${layer}`)]))
      default:
        throw new Error(`The fixture asks for the attribution ${method}, which this engine does not know.`)
    }
  }
}

/**
 * The three policies for a row that loses every position.
 *
 * @param model the fixture with its `main` batch
 */
export function compareAllDroppedRow(model: ModelUnderTest): Quantity[] {
  const stored = model.fixture.cases.all_dropped_row
  if (stored === undefined) return []
  const { fixture, batch } = model
  const place = stored as typeof stored & { sample: number; head: number; row: number }
  const [examples, tokens] = batch.inputs.inputIds.shape
  const heads = fixture.config.numAttentionHeads
  const mask = tf.buffer([examples, heads, tokens, tokens], 'float32')
  const isReal = fixture.cases.batches['main']!.attention_mask
  for (let b = 0; b < examples; b++)
    for (let h = 0; h < heads; h++)
      for (let t = 0; t < tokens; t++)
        for (let s = 0; s < tokens; s++) {
          const isTheRow = b === place.sample && h === place.head && t === place.row
          mask.set(isTheRow ? 0 : isReal[b]![s]!, b, h, t, s)
        }
  const keepMask = mask.toTensor() as KeepMask
  const attribution = gradientAttribution(attributionRequest(model)).get(stored.layer)!
  return (['literal', 'skip', 'top1'] as const).flatMap((policy) => {
    const name = ({ literal: 'literal', skip: 'keep-row', top1: 'keep-top-1' } as const)[policy]
    const settled = settleAllDroppedRows(keepMask, batch.inputs.isReal, name, attribution)
    const logits = modelLogits(model.parameters, fixture.config, batch.inputs, {
      keepMasks: new Map([[stored.layer, settled]]),
      ...(policy === 'literal' ? { maskedScore: releasedMaskedScore } : {}),
    })
    const expected = stored[policy]
    const quantity = `main.all_dropped_row.${policy}`
    const wanted = expected.logits
    return [
      ...(wanted === undefined
        ? []
        : [toCompare(fixture.name, `${quantity}.logits`, logits, wanted.flat(), tolerances.logits)]),
      toCompare(
        fixture.name,
        `${quantity}.loss`,
        taskLoss(logits, batch.targets),
        [expected.loss],
        tolerances.loss,
      ),
    ]
  })
}

/**
 * The masked pass of the batch of one example.
 *
 * @param model the fixture with its `one` batch
 */
export function compareSingleExampleMask(model: ModelUnderTest): Quantity[] {
  const { fixture, batch, parameters } = model
  const { p, q } = fixture.cases.one
  const rows: Quantity[] = []
  const keepMasks = new Map<number, KeepMask>()
  for (const [layer, attribution] of gradientAttribution(attributionRequest(model))) {
    const region = candidateRegion(attribution, batch.inputs.isReal, p, 'high-attribution')
    const keepMask = drawKeepMask(region.isProtected, given(model, `one.U.${layer}`), batch.inputs.isReal, q)
    rows.push(
      compareTensor(model, `one.mask.threshold.${layer}`, region.threshold, 'attribution'),
      compareTensor(model, `one.mask.protected.${layer}`, realOnly(region.isProtected, model), 'exact'),
      compareTensor(model, `one.mask.keep.${layer}`, keepMask, 'exact'),
    )
    keepMasks.set(layer, keepMask)
  }
  const logits = modelLogits(parameters, fixture.config, batch.inputs, { keepMasks })
  return [
    ...rows,
    compareTensor(model, 'one.masked_logits', logits, 'logits'),
    compareTensor(model, 'one.masked_loss', taskLoss(logits, batch.targets), 'loss'),
  ]
}

/** Given numbers of the fixture in the attention weights' shape. */
function given(model: ModelUnderTest, name: string): tf.Tensor4D {
  const [batch, tokens] = model.batch.inputs.inputIds.shape
  const heads = model.fixture.config.numAttentionHeads
  return tf.tensor4d(Array.from(model.fixture.expected(name)), [batch, heads, tokens, tokens])
}

/** Protected positions among real columns as 0 and 1, the form in which the fixture keeps them. */
function realOnly(isProtected: tf.Tensor4D, model: ModelUnderTest): tf.Tensor {
  const { isReal } = model.batch.inputs
  return tf.mul(tf.cast(isProtected, 'float32'), tf.reshape(isReal, [isReal.shape[0], 1, 1, isReal.shape[1]]))
}

/** A tensor against the reference of that name. */
function compareTensor(
  model: ModelUnderTest,
  name: string,
  actual: tf.Tensor,
  kind: keyof typeof tolerances,
): Quantity {
  const { fixture } = model
  return toCompare(fixture.name, name, actual, fixture.expected(name), tolerances[kind])
}
