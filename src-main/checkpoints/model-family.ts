/** How families of models are told apart in published files. */
import { headOf } from '@main/ml/heads/head-table.ts'
import { modelFamilies } from '@main/ml/models/model-table.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import { modelTypes, type ModelType } from '@shared/results/checkpoint-summary.ts'
import type { TaskKind } from '@shared/tasks/task.ts'

/** Names by which a family's files are recognised. */
interface FamilyNames {
  /** `model_type` in config.json. */
  readonly modelType: string
  /** Beginning of its class names in `architectures`. */
  readonly classPrefix: string
  /** In front of the encoder's weights in a model with a head; a bare encoder is saved without it. */
  readonly weightPrefix: string
}

/** Names in the files of a family that the lab reads. */
export interface ReadFamily extends FamilyNames {
  readonly modelType: ModelType
  /** First parts of the names of the encoder's weights, behind the prefix. */
  readonly stems: readonly string[]
}

/** A head that the lab reads, by its names in files. */
export interface ReadHead {
  /** Names of its layers, without `.weight` and `.bias`; the last one has an output for every label. */
  readonly layers: readonly string[]
  /** The class of models whose head it is; those of other classes may have the same names. */
  readonly owner: string
}

/** The weight whose name tells what stands in front of all others, in every family. */
export const anchor = 'embeddings.word_embeddings.weight'

/** Families that the lab reads. */
export const readFamilies: Readonly<Record<ModelType, ReadFamily>> = {
  bert: named('bert', 'Bert', ['embeddings', 'encoder', 'pooler']),
  roberta: named('roberta', 'Roberta', ['embeddings', 'encoder']),
  electra: named('electra', 'Electra', ['embeddings', 'embeddings_project', 'encoder']),
  distilbert: named('distilbert', 'DistilBert', ['embeddings', 'transformer']),
}

function named(modelType: ModelType, classPrefix: string, stems: readonly string[]): ReadFamily {
  return { modelType, classPrefix, weightPrefix: `${modelFamilies[modelType].prefix}.`, stems }
}

/**
 * The kind of task whose head a class of models has; classification where it is none of the lab's, since a head without a
 * known class is read as a sequence classifier's.
 *
 * @param modelType the family
 * @param className as in `architectures`; null = the file names none
 */
export function headKindOf(modelType: ModelType, className: string | null): TaskKind {
  return className === modelFamilies[modelType].tokenClassifierClass
    ? 'token-classification'
    : 'classification'
}

/**
 * A head as a family's files have it.
 *
 * @param model family and kind of task
 */
export function readHead(model: Pick<ModelConfig, 'modelType' | 'taskKind'>): ReadHead {
  const { modelType, taskKind } = model
  const family = modelFamilies[modelType]
  return {
    layers: headOf(taskKind)
      .maps(family)
      .filter(({ part }) => part === 'head')
      .map(({ name }) => name),
    owner: taskKind === 'token-classification' ? family.tokenClassifierClass : family.classifierClass,
  }
}

/** What the lab reads, for messages. */
export const readFamiliesText = `${modelTypes.join(', ')} (MiniLM is bert)`

/** Families whose files look alike and that are recognised only to be named. */
const otherFamilies: readonly FamilyNames[] = [
  { modelType: 'xlm-roberta', classPrefix: 'XLMRoberta', weightPrefix: 'roberta.' },
  { modelType: 'camembert', classPrefix: 'Camembert', weightPrefix: 'roberta.' },
  { modelType: 'deberta-v2', classPrefix: 'DebertaV2', weightPrefix: 'deberta.' },
  { modelType: 'deberta', classPrefix: 'Deberta', weightPrefix: 'deberta.' },
  { modelType: 'albert', classPrefix: 'Albert', weightPrefix: 'albert.' },
  { modelType: 'mobilebert', classPrefix: 'MobileBert', weightPrefix: 'mobilebert.' },
  { modelType: 'mpnet', classPrefix: 'MPNet', weightPrefix: 'mpnet.' },
  { modelType: 'longformer', classPrefix: 'Longformer', weightPrefix: 'longformer.' },
  { modelType: 'ernie', classPrefix: 'Ernie', weightPrefix: 'ernie.' },
  { modelType: 'layoutlm', classPrefix: 'LayoutLM', weightPrefix: 'layoutlm.' },
  { modelType: 'nezha', classPrefix: 'Nezha', weightPrefix: 'nezha.' },
  { modelType: 'roformer', classPrefix: 'RoFormer', weightPrefix: 'roformer.' },
  { modelType: 'modernbert', classPrefix: 'ModernBert', weightPrefix: 'model.layers.' },
]

const everyFamily: readonly FamilyNames[] = [...Object.values(readFamilies), ...otherFamilies]

/**
 * The family whose class a name is; null for a name that is none of a known family's.
 *
 * @param className as in `architectures`
 */
export function familyOfClass(className: string): string | null {
  const known = everyFamily.find(({ classPrefix }) =>
    new RegExp(`^${classPrefix}(For[A-Z]\\w*|Model|LMHeadModel|PreTrainedModel)$`).test(className),
  )
  return known?.modelType ?? null
}

/**
 * Another family by which weights are named; null where the names say nothing or say this one.
 *
 * @param prefix what stands in front of the embeddings' names, such as `module.roberta.`
 * @param family the one that config.json names
 */
export function otherFamilyOfPrefix(prefix: string, family: ReadFamily): string | null {
  const isNamed = ({ weightPrefix }: FamilyNames): boolean => `.${prefix}`.endsWith(`.${weightPrefix}`)
  return isNamed(family) ? null : (everyFamily.find(isNamed)?.modelType ?? null)
}

/**
 * Whether the lab reads a family.
 *
 * @param modelType as in config.json
 */
export function isModelType(modelType: unknown): modelType is ModelType {
  return modelTypes.some((known) => known === modelType)
}
