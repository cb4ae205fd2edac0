/** The attribution that ranks a step's attention positions, as AD-DROP's settings ask for it. */
import * as tf from '@tensorflow/tfjs'
import { integrationPointCount, type AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { attentionAttribution } from '../../attribution/attention-attribution.ts'
import { gradientAttribution } from '../../attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '../../attribution/integrated-gradient-attribution.ts'
import { headOf } from '../../heads/head-table.ts'
import { integrationRule } from '../../attribution/integrated-gradient/integration-rule.ts'
import type { Attribution, ModelAttributionRequest } from '../../attribution/attribution.ts'
import type { StepContext } from '../regularizer.ts'

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
  const dropoutOn = settings.firstPassDropout && settings.attribution !== 'integrated-gradient'
  return {
    logits: step.logits,
    parameters: step.parameters,
    config: step.config,
    inputs: step.batch.inputs,
    targets: step.batch.targets,
    target: settings.target,
    layers,
    pass: dropoutOn ? { random: step.random('first') } : {},
    weights: settings.attributedWeights,
    onForwardDone: () => {
      step.begin('attribution')
    },
  }
}

/**
 * Attribution by layer.
 *
 * @differs   AA on regression ranks by +A; the released code for STS-B negates whatever it ranks by, so that AA drops the
 *            least attended positions (`regressionAttention: 'as-released'`). GA and IGA have the sign of F = −L in both.
 * @param settings AD-DROP's; not random dropping, which has none
 * @param request what is attributed
 * @returns by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the attributions.
 */
export function attributionsOf(
  settings: AdDropConfig,
  request: ModelAttributionRequest,
): Map<number, Attribution> {
  switch (settings.attribution) {
    case 'gradient':
      return gradientAttribution(request)
    case 'attention': {
      const weights = attentionAttribution(request)
      const isScore = headOf(request.targets.kind).output === 'score'
      const isNegated = settings.regressionAttention === 'as-released' && isScore
      return isNegated ? negated(weights) : weights
    }
    case 'integrated-gradient':
      return integratedGradientAttribution(
        request,
        integrationRule(settings.integrationRule, integrationPointCount(settings)),
        settings.integratedGradients,
      )
    case 'random':
      throw new Error('Random dropping has no attribution.')
    default:
      return assertNever(settings.attribution)
  }
}

/** −B in place of B. */
function negated(attributions: ReadonlyMap<number, Attribution>): Map<number, Attribution> {
  return new Map(
    [...attributions].map(([layer, attribution]) => {
      const opposite = tf.neg(attribution)
      attribution.dispose()
      return [layer, opposite]
    }),
  )
}

/**
 * Layer indices of a selection, each once.
 *
 * @param selection `all`, or 0-based indices in any order
 * @param numHiddenLayers L
 */
export function selectedLayers(
  selection: 'all' | readonly number[],
  numHiddenLayers: number,
): readonly number[] {
  return selection === 'all'
    ? Array.from({ length: numHiddenLayers }, (_, layer) => layer)
    : [...new Set(selection)]
}
