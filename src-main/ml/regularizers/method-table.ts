/** Every method by name. A method that is missing here does not compile. */
import { attributionDropout } from './attribution-dropout/attribution-dropout.ts'
import { autoDropout } from './auto-dropout/auto-dropout.ts'
import { childTuningD, childTuningF } from './child-tuning.ts'
import { concreteDropout } from './concrete-dropout.ts'
import { dropBlock } from './drop-block.ts'
import { dropConnect } from './drop-connect.ts'
import { fineTuning } from './fine-tuning.ts'
import { hiddenCut } from './hidden-cut.ts'
import { mixout } from './mixout.ts'
import { rDrop } from './r-drop.ts'
import { scalSurrogate } from './scal-surrogate.ts'
import { superTickets } from './super-tickets.ts'
import type { Regularizer } from './regularizer.ts'
import type { ConfigOf, MethodConfig, MethodKind } from '@shared/config/method-config.ts'

const methods: { readonly [Kind in MethodKind]: (settings: ConfigOf<Kind>) => Regularizer } = {
  'fine-tuning': () => fineTuning,
  'ad-drop': attributionDropout,
  'r-drop': rDrop,
  mixout,
  'child-tuning-f': childTuningF,
  'child-tuning-d': childTuningD,
  'hidden-cut': hiddenCut,
  'drop-block': dropBlock,
  'drop-connect': dropConnect,
  'concrete-dropout': concreteDropout,
  'scal-surrogate': scalSurrogate,
  'super-tickets': superTickets,
  'auto-dropout': autoDropout,
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
