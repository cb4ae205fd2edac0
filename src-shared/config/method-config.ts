/** What is trained against overfitting, and how: one schema per method, the paper's symbol and range in each field. */
import { z } from 'zod'
import { adDrop } from './methods/ad-drop.ts'
import { autoDropout } from './methods/auto-dropout.ts'
import { childTuningD, childTuningF } from './methods/child-tuning.ts'
import { concreteDropout } from './methods/concrete-dropout.ts'
import { dropBlock } from './methods/drop-block.ts'
import { dropConnect } from './methods/drop-connect.ts'
import { fineTuning } from './methods/fine-tuning.ts'
import { hiddenCut } from './methods/hidden-cut.ts'
import { mixout } from './methods/mixout.ts'
import { rDrop } from './methods/r-drop.ts'
import { scalSurrogate } from './methods/scal-surrogate.ts'
import { superTickets } from './methods/super-tickets.ts'
import type { MethodDefinition } from './methods/method-definition.ts'
import type { Recorded } from './recorded.ts'

/** Any method. `kind` decides which other keys exist; unknown keys are errors. */
export const methodConfig = z.discriminatedUnion('kind', [
  fineTuning.schema,
  adDrop.schema,
  rDrop.schema,
  mixout.schema,
  childTuningF.schema,
  childTuningD.schema,
  hiddenCut.schema,
  dropBlock.schema,
  dropConnect.schema,
  concreteDropout.schema,
  scalSurrogate.schema,
  superTickets.schema,
  autoDropout.schema,
])

/** A method with every default filled in. */
export type MethodConfig = Recorded<typeof methodConfig>
/** Name of a method. */
export type MethodKind = MethodConfig['kind']
/** Settings of one method with every default filled in. */
export type ConfigOf<Kind extends MethodKind> = Extract<MethodConfig, { kind: Kind }>

/** Every method by name, in the order in which lists show them. */
export const methodDefinitions = {
  'fine-tuning': fineTuning,
  'ad-drop': adDrop,
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
} as const satisfies { readonly [Kind in MethodKind]: MethodDefinition }
