/** `lab attribute`: attention, attribution, protected set and keep mask of given cases, per layer. */
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { renameDurably, unfinishedName } from '@main/platform/durable-file.ts'
import { writeSafetensors, type NamedTensor } from '@main/checkpoints/safetensors.ts'
import { attentionAttribution } from '@main/ml/attribution/attention-attribution.ts'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '@main/ml/attribution/integrated-gradient-attribution.ts'
import { integrationRule } from '@main/ml/attribution/integrated-gradient/integration-rule.ts'
import { passKey, passRandom } from '@main/ml/random/uniform-source.ts'
import { selectedLayers } from '@main/ml/regularizers/attribution-dropout/attributions.ts'
import { drawLayerMask } from '@main/ml/regularizers/attribution-dropout/layer-mask.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { logitsOf } from '@main/ml/training/loss-gradients.ts'
import { adDrop, integrationPointCount } from '@shared/config/methods/ad-drop.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Attribution, ModelAttributionRequest } from '@main/ml/attribution/attribution.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import { loadCases, type Case } from './encoded-cases.ts'

/** What the command asks. */
export const attributeRequest = z.object({
  checkpoint: z.string(),
  cases: z.string(),
  method: z.enum(['gradient', 'integrated-gradient', 'attention', 'random']),
  out: z.string(),
  candidateRegionRatio: z.number().gt(0).lt(1),
  discardRate: z.number().gt(0).lt(1),
  layers: z.union([z.literal('all'), z.array(z.number().int().nonnegative())]),
  target: z.enum(['pseudo-label', 'gold-label']),
  discards: z.enum(['high-attribution', 'low-attribution']),
  seed: z.number().int().nonnegative(),
  maxLength: z.number().int().min(4).nullable(),
})

type AttributeRequest = z.infer<typeof attributeRequest>

/** What the command answers beside the file. */
export interface AttributeAnswer {
  readonly out: string
  readonly cases: number
  readonly layers: readonly number[]
  readonly tokens: readonly (readonly string[])[]
  readonly warnings: readonly string[]
}

/** What the command does not ask is as a run has it by default. */
const usualAdDrop = adDrop.schema.parse({ kind: 'ad-drop' })

/**
 * Computes and writes the tensors: `input_ids`, `attention_mask` [B, T], `logits` [B, C], and per layer `attention.<l>`,
 * `attribution.<l>`, `protected.<l>`, `keep.<l>` [B, H, T, T], all float32. Dropout is off.
 *
 * @param request what to compute
 * @param engine the loaded engine
 * @failure invalid-argument, checkpoint-… (checkpoint-not-finite: also when what comes out is no number), not-found,
 *   disk-full
 */
export async function attributeCases(
  request: AttributeRequest,
  engine: TensorEngine,
): Promise<AttributeAnswer> {
  const { cases, encoded, config, outputs, parameters, tokenizer, warnings } = await loadCases(request)
  const layers = selectedLayers(request.layers, config.numHiddenLayers)
  const wrong = layers.find((layer) => layer >= config.numHiddenLayers)
  if (wrong !== undefined) {
    throw new LabError(
      'invalid-argument',
      `Layer ${wrong} does not exist: the checkpoint has ${config.numHiddenLayers} layers.`,
      `Choose layers from 0 to ${config.numHiddenLayers - 1}.`,
    )
  }
  checkGoldLabels(request, cases, outputs)
  const batch = makeBatch(encoded, config)
  const found: ModelAttributionRequest = {
    logits: logitsOf(parameters, config),
    parameters,
    config,
    inputs: batch.inputs,
    targets: batch.targets,
    target: request.target,
    layers,
    pass: { lastBlock: 'every-token' },
    weights: 'after-dropout',
  }
  const tensors = describe(request, found, batch, engine)
  refuseNoNumbers(tensors, request.checkpoint)
  const unfinished = unfinishedName(request.out)
  await writeSafetensors(unfinished, tensors)
  renameDurably(unfinished, request.out)
  const tokens = encoded.map(({ inputIds }) => tokenizer.tokens(inputIds))
  return { out: request.out, cases: cases.length, layers, tokens, warnings }
}

/** Finite weights may be so large that what is computed with them is not. */
function refuseNoNumbers(tensors: readonly NamedTensor[], checkpoint: string): void {
  const bad = tensors.find(({ values }) => !values.every(Number.isFinite))
  if (bad === undefined) return
  throw new LabError(
    'checkpoint-not-finite',
    `With the weights of ${checkpoint}, ${bad.name} comes out as NaN or infinity; nothing was written.`,
    'Choose a checkpoint from before its training broke; `lab checkpoint add` names weights that are far too large.',
  )
}

/** Every tensor of the answer. */
function describe(
  request: AttributeRequest,
  found: ModelAttributionRequest,
  batch: Batch,
  engine: TensorEngine,
): NamedTensor[] {
  const { isReal, inputIds } = batch.inputs
  const tensors = [
    toNamed('input_ids', inputIds),
    toNamed('attention_mask', isReal),
    toNamed('logits', found.logits(batch.inputs, {})),
  ]
  const random = passRandom(engine.uniform, passKey(request.seed, 0, 'mask'))
  const { candidateRegionRatio, discardRate, discards } = request
  const settings = { ...usualAdDrop, candidateRegionRatio, discardRate, discards }
  const attention = attentionAttribution(found)
  const attributions = attributionsOf(request, found)
  for (const [layer, weights] of attention) {
    const uniform = (use: string): tf.Tensor4D =>
      random.uniform(weights.shape, `layer.${layer}.${use}`) as tf.Tensor4D
    const attribution = attributions.get(layer) ?? null
    const { region, keepMask } = drawLayerMask(settings, isReal, attribution, uniform)
    if (attribution !== null) tensors.push(toNamed(`attribution.${layer}`, attribution))
    tensors.push(
      toNamed(`attention.${layer}`, weights),
      // Random dropping without a region: what stays this time is all that is protected.
      toNamed(`protected.${layer}`, region === null ? keepMask : onlyReal(region.isProtected, isReal)),
      toNamed(`keep.${layer}`, keepMask),
    )
  }
  return tensors
}

/** Attribution by layer; none for random dropping. */
function attributionsOf(
  request: AttributeRequest,
  found: ModelAttributionRequest,
): ReadonlyMap<number, Attribution> {
  switch (request.method) {
    case 'gradient':
      return gradientAttribution(found)
    case 'attention':
      return attentionAttribution(found)
    case 'integrated-gradient':
      return integratedGradientAttribution(
        found,
        integrationRule(usualAdDrop.integrationRule, integrationPointCount(usualAdDrop)),
        usualAdDrop.integratedGradients,
      )
    case 'random':
      return new Map()
  }
}

/** Gold labels must be there, and be classes of the model, where they are attributed. */
function checkGoldLabels(request: AttributeRequest, cases: readonly Case[], outputs: number): void {
  if (request.target !== 'gold-label' && outputs !== 1) return
  const bad = cases.findIndex(
    ({ label }) =>
      label === undefined || (outputs > 1 && (!Number.isInteger(label) || label < 0 || label >= outputs)),
  )
  if (bad === -1) return
  const wanted = outputs === 1 ? 'a gold score' : `a "label" from 0 to ${outputs - 1}`
  throw new LabError(
    'invalid-argument',
    `Case ${bad + 1} of ${request.cases} lacks ${wanted}, which this attribution needs.`,
    outputs === 1 ? 'Add a "label" with the score.' : 'Add the label, or use --target pseudo-label.',
  )
}

/** 1 where a position is protected and its column a real token, else 0: float32 [B, H, T, S]. */
function onlyReal(isProtected: tf.Tensor, isReal: tf.Tensor2D): tf.Tensor {
  return tf.mul(tf.cast(isProtected, 'float32'), tf.reshape(isReal, [isReal.shape[0], 1, 1, isReal.shape[1]]))
}

function toNamed(name: string, tensor: tf.Tensor): NamedTensor {
  return { name, dtype: 'float32', shape: tensor.shape, values: Float32Array.from(tensor.dataSync()) }
}
