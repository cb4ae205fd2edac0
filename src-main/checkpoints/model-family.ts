/** How families of models are told apart in published files; what the lab reads of each is data here, not code elsewhere. */

/** Names by which a family's files are recognised. */
export interface ModelFamily {
  /** `model_type` in config.json. */
  readonly modelType: string
  /** Beginning of its class names in `architectures`. */
  readonly classPrefix: string
  /** In front of the encoder's weights in a model with a head; a bare encoder is saved without it. */
  readonly weightPrefix: string
}

/** The family that the lab reads. */
export const bertFamily = {
  modelType: 'bert',
  classPrefix: 'Bert',
  weightPrefix: 'bert.',
  /** First parts of the names of the encoder's and pooler's weights, behind the prefix. */
  stems: ['embeddings', 'encoder', 'pooler'],
  /** The weight whose name tells what stands in front of all others. */
  anchor: 'embeddings.word_embeddings.weight',
  head: 'classifier',
  /** Heads of other classes of models have the same name; only this one's is a sequence classifier. */
  headOwner: 'BertForSequenceClassification',
} as const satisfies ModelFamily & Record<string, unknown>

/** Families whose files look alike and that are recognised only to be named. */
const otherFamilies: readonly ModelFamily[] = [
  { modelType: 'roberta', classPrefix: 'Roberta', weightPrefix: 'roberta.' },
  { modelType: 'xlm-roberta', classPrefix: 'XLMRoberta', weightPrefix: 'roberta.' },
  { modelType: 'camembert', classPrefix: 'Camembert', weightPrefix: 'roberta.' },
  { modelType: 'electra', classPrefix: 'Electra', weightPrefix: 'electra.' },
  { modelType: 'distilbert', classPrefix: 'DistilBert', weightPrefix: 'distilbert.' },
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

/**
 * The family whose class a name is; null for a name that is none of a known family's.
 *
 * @param className as in `architectures`
 */
export function familyOfClass(className: string): string | null {
  const known = [...otherFamilies, bertFamily].find(({ classPrefix }) =>
    new RegExp(`^${classPrefix}(For[A-Z]\\w*|Model|LMHeadModel|PreTrainedModel)$`).test(className),
  )
  return known?.modelType ?? null
}

/**
 * Another family than BERT by which weights are named; null where the names say nothing or say BERT.
 *
 * @param prefix what stands in front of the embeddings' names, such as `module.roberta.`
 */
export function otherFamilyOfPrefix(prefix: string): string | null {
  return (
    otherFamilies.find(({ weightPrefix }) => `.${prefix}`.endsWith(`.${weightPrefix}`))?.modelType ?? null
  )
}
