/** The keys of config.json, family by family: DistilBERT has names of its own for the same sizes. */
import type { EncoderConfig, ModelType } from '@shared/results/checkpoint-summary.ts'

/** What a configuration says, by our names. */
type Setting = Exclude<keyof EncoderConfig, 'modelType'>

/** Keys of BERT, RoBERTa and ELECTRA. */
const usual: Readonly<Record<Setting, string | null>> = {
  vocabSize: 'vocab_size',
  embeddingSize: null,
  hiddenSize: 'hidden_size',
  numHiddenLayers: 'num_hidden_layers',
  numAttentionHeads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  hiddenAct: 'hidden_act',
  hiddenDropoutProb: 'hidden_dropout_prob',
  attentionProbsDropoutProb: 'attention_probs_dropout_prob',
  classifierDropout: 'classifier_dropout',
  maxPositionEmbeddings: 'max_position_embeddings',
  typeVocabSize: 'type_vocab_size',
  initializerRange: 'initializer_range',
  layerNormEps: 'layer_norm_eps',
  padTokenId: 'pad_token_id',
}

const keys: Readonly<Record<ModelType, Readonly<Record<Setting, string | null>>>> = {
  bert: usual,
  roberta: usual,
  electra: { ...usual, embeddingSize: 'embedding_size' },
  distilbert: {
    ...usual,
    hiddenSize: 'dim',
    numHiddenLayers: 'n_layers',
    numAttentionHeads: 'n_heads',
    intermediateSize: 'hidden_dim',
    hiddenAct: 'activation',
    hiddenDropoutProb: 'dropout',
    attentionProbsDropoutProb: 'attention_dropout',
    classifierDropout: 'seq_classif_dropout',
    // The model has no token types, and 1e-12 in its code.
    typeVocabSize: null,
    layerNormEps: null,
  },
}

/**
 * Key of a setting in a family's config.json; null where the family has none.
 *
 * @param modelType the family
 * @param setting our name
 */
export function configKey(modelType: ModelType, setting: Setting): string | null {
  return keys[modelType][setting]
}

/** What Hugging Face's classes take where a key is missing; sizes have to be there. */
const defaults: Readonly<Record<ModelType, Readonly<Partial<Record<Setting, number>>>>> = {
  bert: { typeVocabSize: 2, padTokenId: 0 },
  roberta: { typeVocabSize: 2, padTokenId: 1 },
  electra: { typeVocabSize: 2, padTokenId: 0, embeddingSize: 128 },
  distilbert: { typeVocabSize: 1, padTokenId: 0, classifierDropout: 0.2, layerNormEps: 1e-12 },
}

/**
 * A config.json by our names; keys that it lacks, or has as null, are left out where there is no default.
 *
 * @param modelType the family
 * @param raw the file's object
 */
export function settingsOf(
  modelType: ModelType,
  raw: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = { ...defaults[modelType] }
  for (const [setting, key] of Object.entries(keys[modelType])) {
    const value = key === null ? undefined : raw[key]
    if (value !== undefined && value !== null) settings[setting] = value
  }
  return settings
}

/**
 * The settings of a configuration as config.json has them.
 *
 * @param config the model
 */
export function keysOf(config: EncoderConfig): Readonly<Record<string, unknown>> {
  const entries = Object.entries(keys[config.modelType]).flatMap(([setting, key]) => {
    const value = config[setting as Setting]
    return key === null || value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(entries)
}
