/** Every method by name. A method that is missing here does not compile. */
import { attributionDropout } from './attribution-dropout/attribution-dropout.ts'
import { childTuning } from './child-tuning.ts'
import { fineTuning } from './fine-tuning.ts'
import { hiddenCut } from './hidden-cut.ts'
import { mixout } from './mixout.ts'
import { rDrop } from './r-drop.ts'
import { scalSurrogate } from './scal-surrogate.ts'
import type { Regularizer } from './regularizer.ts'
import type { ConfigOf, MethodConfig, MethodKind } from '@shared/config/method-config.ts'

const methods: { readonly [Kind in MethodKind]: (settings: ConfigOf<Kind>) => Regularizer } = {
  'fine-tuning': () => fineTuning,
  'ad-drop': attributionDropout,
  'r-drop': rDrop,
  mixout,
  'child-tuning': childTuning,
  'hidden-cut': hiddenCut,
  'scal-surrogate': scalSurrogate,
}

/**
 * The regularizer that a configuration asks for.
 *
 * @param settings method with every default filled in
 */
export function regularizerFor(settings: MethodConfig): Regularizer {
  const make = methods[settings.kind] as (settings: MethodConfig) => Regularizer
  return make(settings)
}

/**
 * Which objective an epoch trains: cross-tuning alternates, beginning with plain fine-tuning.
 *
 * @source    AD-DROP Algorithm 1
 * @param settings the method
 * @param epoch 1-based
 */
export function epochPhase(settings: MethodConfig, epoch: number): 'fine-tuning' | 'regularized' {
  if (settings.kind === 'fine-tuning') return 'fine-tuning'
  const surveyed = regularizerFor(settings).survey?.beforeEpoch ?? 1
  if (epoch < surveyed) return 'fine-tuning'
  if (!settings.crossTuning) return 'regularized'
  return epoch % 2 === 0 ? 'regularized' : 'fine-tuning'
}
