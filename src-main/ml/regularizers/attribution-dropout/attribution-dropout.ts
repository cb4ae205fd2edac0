/** AD-DROP: attribution-driven dropout of attention positions. */
import * as tf from '@tensorflow/tfjs'
import { integrationPointCount, type AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { attentionAttribution } from '../../attribution/attention-attribution.ts'
import { gradientAttribution } from '../../attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '../../attribution/integrated-gradient-attribution.ts'
import { integrationRule } from '../../attribution/integrated-gradient/integration-rule.ts'
import { candidateRegion } from './candidate-region.ts'
import {
  drawKeepMask,
  drawRandomKeepMask,
  settleAllDroppedRows,
  type AllDroppedRowPolicy,
} from './keep-mask.ts'
import type { Attribution, ModelAttributionRequest } from '../../attribution/attribution.ts'
import { queryTokens, type KeepMask } from '../../models/forward-options.ts'
import type { Regularizer, StepContext } from '../regularizer.ts'

/** What happens to a row that would lose everything. The paper does not say; nothing is dropped in it. */
const allDroppedRows: AllDroppedRowPolicy = 'keep-row'

/**
 * AD-DROP with the given settings.
 *
 * Per step: (1) a forward pass without a mask, (2) attribution of its attention weights, (3) a keep mask from the
 * candidate region, then the loss of a second pass with that mask, which is all that weights learn from.
 *
 * @source    AD-DROP (Yang et al., NeurIPS 2022, arXiv:2210.05883), section 3.2 and Algorithm 1
 * @differs   All layers in one sweep; random dropping (RD) does without the first pass, whose result it never uses;
 *            integrated gradients are those of Sundararajan et al. (Eq. 3 as printed carries another factor α), taken
 *            without dropout, which stays on afterwards (the released code leaves
 *            the model in evaluation mode); rows that would lose every position lose none; on regression tasks the
 *            attention attribution ranks by +A (the released code negates it).
 * @param settings p, q, attribution and its integration rule, layers, target, end of the ranking
 * @param attributions where attributions come from; computed in the step when left out
 */
export function attributionDropout(settings: AdDropConfig, attributions = attribute): Regularizer {
  return { prepare: (step) => ({ pass: { keepMasks: drawKeepMasks(settings, step, attributions) } }) }
}

/** Keep masks by layer index, float32 [B, H, T, S]. */
function drawKeepMasks(
  settings: AdDropConfig,
  step: StepContext,
  attributionsOf: typeof attribute,
): Map<number, KeepMask> {
  const layers = selectedLayers(settings.layers, step.config.numHiddenLayers)
  const { inputs } = step.batch
  const { candidateRegionRatio, discardRate, discards } = settings
  const random = step.random('mask')
  const uniform = (layer: number): tf.Tensor4D =>
    random.uniform(attentionShape(step, layer), `layer.${layer}.discard`) as tf.Tensor4D

  if (settings.attribution === 'random') {
    step.begin('mask')
    const draw = (layer: number): KeepMask => {
      const drawn = drawRandomKeepMask(uniform(layer), inputs.isReal, candidateRegionRatio, discardRate)
      return settleAllDroppedRows(drawn, inputs.isReal, allDroppedRows)
    }
    return new Map(layers.map((layer) => [layer, draw(layer)]))
  }

  const attributions = attributionsOf(settings, step, layers)
  step.begin('mask', [...attributions.values()])
  const masks = new Map<number, KeepMask>()
  for (const [layer, attribution] of attributions) {
    const keepMask = tf.tidy(() => {
      const region = candidateRegion(attribution, inputs.isReal, candidateRegionRatio, discards)
      const drawn = drawKeepMask(region.isProtected, uniform(layer), inputs.isReal, discardRate)
      return settleAllDroppedRows(drawn, inputs.isReal, allDroppedRows, attribution)
    })
    attribution.dispose()
    masks.set(layer, keepMask)
  }
  return masks
}

/**
 * What is attributed in a step.
 *
 * @param settings AD-DROP's
 * @param step the step
 * @param layers 0-based
 */
export function attributionRequest(
  settings: AdDropConfig,
  step: StepContext,
  layers: readonly number[],
): ModelAttributionRequest {
  const dropoutOn = settings.attribution !== 'integrated-gradient'
  return {
    logits: step.logits,
    model: { parameters: step.parameters, config: step.config },
    inputs: step.batch.inputs,
    targets: step.batch.targets,
    target: settings.target,
    heads: step.config.numAttentionHeads,
    numLayers: step.config.numHiddenLayers,
    layers,
    pass: dropoutOn ? { random: step.random('first') } : {},
    weights: 'after-dropout',
    onForwardDone: () => {
      step.begin('attribution')
    },
  }
}

/** Attribution by layer, from the first pass. */
function attribute(
  settings: AdDropConfig,
  step: StepContext,
  layers: readonly number[],
): ReadonlyMap<number, Attribution> {
  const request = attributionRequest(settings, step, layers)
  step.begin('firstPass')
  switch (settings.attribution) {
    case 'gradient':
      return gradientAttribution(request)
    case 'attention':
      return attentionAttribution(request)
    case 'integrated-gradient':
      return integratedGradientAttribution(
        request,
        integrationRule(settings.integrationRule, integrationPointCount(settings)),
        'true-gradient',
      )
    case 'random':
      throw new Error('Random dropping needs no attribution.')
    default:
      return assertNever(settings.attribution)
  }
}

/** [B, H, T, S] of a layer's attention in this step. */
function attentionShape(step: StepContext, layer: number): [number, number, number, number] {
  const [batch, tokens] = step.batch.inputs.inputIds.shape
  const { numAttentionHeads, numHiddenLayers } = step.config
  return [batch, numAttentionHeads, queryTokens(layer, numHiddenLayers, tokens, {}), tokens]
}

/**
 * Layer indices of a selection.
 *
 * @param selection `all`, or 0-based indices
 * @param numHiddenLayers L
 */
export function selectedLayers(
  selection: 'all' | readonly number[],
  numHiddenLayers: number,
): readonly number[] {
  return selection === 'all' ? Array.from({ length: numHiddenLayers }, (_, layer) => layer) : selection
}
