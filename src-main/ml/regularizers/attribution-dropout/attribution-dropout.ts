/** AD-DROP: attribution-driven dropout of attention positions. */
import * as tf from '@tensorflow/tfjs'
import { releasedMaskedScore } from '../../layers/attention-weights.ts'
import { attributionRequest, attributionsOf, selectedLayers } from './attributions.ts'
import { lastBlockOf } from '../../models/model-logits.ts'
import { drawLayerMask } from './layer-mask.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import type { Attribution } from '../../attribution/attribution.ts'
import { queryTokens, type KeepMask } from '../../models/forward-options.ts'
import type { Regularizer, StepChanges, StepContext } from '../regularizer.ts'

/**
 * AD-DROP with the given settings.
 *
 * Per step: (1) a forward pass without a mask, (2) attribution of its attention weights, (3) a keep mask from the
 * candidate region, then the loss of a second pass with that mask, which is all that weights learn from.
 *
 * @source    AD-DROP (Yang et al., NeurIPS 2022, arXiv:2210.05883), Eq. 3 to 7 and Algorithm 1
 * @differs   All layers in one sweep; random dropping (RD) does without the first pass, whose result it never uses. Where
 *            paper and released code differ, or leave something open, a setting decides; their descriptions say how.
 * @param settings p, q, attribution, layers, target, and every switch between paper and released code
 * @param attributions where attributions come from; computed in the step when left out
 */
export function attributionDropout(settings: AdDropConfig, attributions = attributeStep): Regularizer {
  return {
    prepare: (step) => ({
      pass: { ...secondPass(settings), keepMasks: drawKeepMasks(settings, step, attributions) },
    }),
  }
}

/**
 * What the second pass does differently, beside its masks.
 *
 * @differs   The released code takes integrated gradients in evaluation mode and never leaves it within the epoch, so
 *            from its first call on no pass has vanilla dropout (`dropoutAfterIntegratedGradients: 'lost'`).
 * @param settings AD-DROP's
 */
export function secondPass(settings: AdDropConfig): NonNullable<StepChanges['pass']> {
  const { attribution, dropoutAfterIntegratedGradients } = settings
  const isLeftInEvaluation =
    attribution === 'integrated-gradient' && dropoutAfterIntegratedGradients === 'lost'
  return {
    ...(settings.maskedScore === 'as-released' ? { maskedScore: releasedMaskedScore } : {}),
    ...(isLeftInEvaluation ? { dropout: (values) => values } : {}),
  }
}

/** Keep masks by layer index, float32 [B, H, T, S]. */
function drawKeepMasks(
  settings: AdDropConfig,
  step: StepContext,
  attributions: typeof attributeStep,
): Map<number, KeepMask> {
  const layers = selectedLayers(settings.layers, step.config.numHiddenLayers)
  const random = step.random('mask')
  const draw = (layer: number, attribution: Attribution | null): KeepMask =>
    tf.tidy(() => {
      const uniform = (use: string): tf.Tensor4D =>
        random.uniform(attentionShape(step, layer), `layer.${layer}.${use}`) as tf.Tensor4D
      return drawLayerMask(settings, step.batch.inputs.isReal, attribution, uniform).keepMask
    })
  if (settings.attribution === 'random') {
    step.begin('mask')
    return new Map(layers.map((layer) => [layer, draw(layer, null)]))
  }
  const found = attributions(settings, step, layers)
  step.begin('mask', [...found.values()])
  return new Map(
    [...found].map(([layer, attribution]) => {
      const keepMask = draw(layer, attribution)
      attribution.dispose()
      return [layer, keepMask]
    }),
  )
}

/** Attribution by layer, from the first pass. */
function attributeStep(
  settings: AdDropConfig,
  step: StepContext,
  layers: readonly number[],
): ReadonlyMap<number, Attribution> {
  step.begin('firstPass')
  return attributionsOf(settings, attributionRequest(settings, step, layers))
}

/** [B, H, T, S] of a layer's attention in this step. */
function attentionShape(step: StepContext, layer: number): [number, number, number, number] {
  const [batch, tokens] = step.batch.inputs.inputIds.shape
  const { numAttentionHeads, numHiddenLayers } = step.config
  const queries = queryTokens(layer, numHiddenLayers, tokens, lastBlockOf(step.config))
  return [batch, numAttentionHeads, queries, tokens]
}
