/** Every family of encoders that the lab trains. */
import type { EncoderConfig, ModelType } from '@shared/results/checkpoint-summary.ts'
import { bert } from './families/bert.ts'
import { distilbert } from './families/distilbert.ts'
import { electra } from './families/electra.ts'
import { roberta } from './families/roberta.ts'
import type { ModelFamily } from './model-family.ts'

/** Families by the `model_type` of their config.json. */
export const modelFamilies: Readonly<Record<ModelType, ModelFamily>> = { bert, roberta, electra, distilbert }

/**
 * A model's family.
 *
 * @param config the model
 */
export function familyOf(config: Pick<EncoderConfig, 'modelType'>): ModelFamily {
  return modelFamilies[config.modelType]
}
