/** `config.json` of a Hugging Face folder: the one place where its snake_case names meet ours. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

const size = z.number().int().positive()
const ratio = z.number().min(0).max(1)

/** Keys that shape the model must be there; the others default as in Hugging Face's BertConfig. */
const bertConfigFile = z.object({
  architectures: z.array(z.string()).nullish(),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  hidden_act: z.string().default('gelu'),
  hidden_dropout_prob: ratio.default(0.1),
  attention_probs_dropout_prob: ratio.default(0.1),
  classifier_dropout: ratio.nullish(),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().default(1e-12),
  pad_token_id: z.number().int().nonnegative().nullish(),
  position_embedding_type: z.string().default('absolute'),
  is_decoder: z.boolean().default(false),
  add_cross_attention: z.boolean().default(false),
  id2label: z.record(z.string(), z.string()).nullish(),
})

/** What a checkpoint's configuration says. */
export interface CheckpointConfig {
  readonly config: EncoderConfig
  /** Class name as the file gives it, for example BertForSequenceClassification. */
  readonly architecture: string
  /** Label names in index order; null when the file names none. */
  readonly labels: readonly string[] | null
}

/**
 * The configuration in the text of a `config.json`.
 *
 * @param text the file's content
 * @param path where it came from, for messages
 * @failure checkpoint-unrecognized when it is no model configuration, checkpoint-unknown-architecture when it is that of
 *   a model which is not supported
 */
export function parseConfigFile(text: string, path: string): CheckpointConfig {
  const raw = parseObject(text, path)
  const modelType = raw['model_type']
  if (modelType !== 'bert') throw unsupported(path, describeModelType(raw), 'bert (MiniLM included)')
  const parsed = bertConfigFile.safeParse(raw)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new LabError(
      'checkpoint-unrecognized',
      `${path} does not describe a BERT model: ${issues.slice(0, 5).join('; ')}.`,
      'Take config.json from the same place as the weights.',
    )
  }
  const file = parsed.data
  refuseUnsupported(file, path)
  return {
    architecture: file.architectures?.[0] ?? 'BertModel',
    labels: labelNames(file.id2label ?? null),
    config: {
      modelType,
      vocabSize: file.vocab_size,
      hiddenSize: file.hidden_size,
      numHiddenLayers: file.num_hidden_layers,
      numAttentionHeads: file.num_attention_heads,
      intermediateSize: file.intermediate_size,
      hiddenAct: 'gelu',
      hiddenDropoutProb: file.hidden_dropout_prob,
      attentionProbsDropoutProb: file.attention_probs_dropout_prob,
      classifierDropout: file.classifier_dropout ?? file.hidden_dropout_prob,
      maxPositionEmbeddings: file.max_position_embeddings,
      typeVocabSize: file.type_vocab_size,
      initializerRange: file.initializer_range,
      layerNormEps: file.layer_norm_eps,
      padTokenId: file.pad_token_id ?? 0,
    },
  }
}

function refuseUnsupported(file: z.output<typeof bertConfigFile>, path: string): void {
  if (file.hidden_act !== 'gelu') {
    throw unsupported(path, `hidden_act “${file.hidden_act}”`, 'hidden_act “gelu” (the exact form, with erf)')
  }
  if (file.position_embedding_type !== 'absolute') {
    throw unsupported(path, `position_embedding_type “${file.position_embedding_type}”`, '“absolute”')
  }
  if (file.is_decoder || file.add_cross_attention) throw unsupported(path, 'a BERT decoder', 'a BERT encoder')
  if (file.hidden_size % file.num_attention_heads !== 0) {
    throw new LabError(
      'checkpoint-unrecognized',
      `${path}: hidden_size ${file.hidden_size} is no multiple of num_attention_heads ${file.num_attention_heads}.`,
      'Take config.json from the same place as the weights.',
    )
  }
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
  } catch {
    // Not even JSON: the same advice applies.
  }
  throw new LabError(
    'checkpoint-unrecognized',
    `${path} is no model configuration: a JSON object with model_type was expected.`,
    'Choose the folder that `save_pretrained` wrote.',
  )
}

function describeModelType(raw: Readonly<Record<string, unknown>>): string {
  const modelType = raw['model_type']
  if (typeof modelType === 'string') return `model_type “${modelType}”`
  return 'no model_type'
}

function unsupported(path: string, found: string, supported: string): LabError {
  return new LabError(
    'checkpoint-unknown-architecture',
    `${path} has ${found}; supported: ${supported}.`,
    'Choose a BERT checkpoint, for example bert-base-uncased or all-MiniLM-L6-v2.',
  )
}

function labelNames(id2label: Readonly<Record<string, string>> | null): readonly string[] | null {
  if (id2label === null) return null
  const count = Object.keys(id2label).length
  const names = Array.from({ length: count }, (_, index) => id2label[String(index)])
  return names.every((name) => name !== undefined) ? names : null
}

/**
 * Text of a `config.json` that `transformers` reads as BertForSequenceClassification.
 *
 * @param config the model
 * @param labels label names in index order; exactly one means regression
 */
export function configFileText(config: EncoderConfig, labels: readonly string[]): string {
  const file = {
    architectures: ['BertForSequenceClassification'],
    attention_probs_dropout_prob: config.attentionProbsDropoutProb,
    classifier_dropout: config.classifierDropout,
    hidden_act: config.hiddenAct,
    hidden_dropout_prob: config.hiddenDropoutProb,
    hidden_size: config.hiddenSize,
    id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
    initializer_range: config.initializerRange,
    intermediate_size: config.intermediateSize,
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    layer_norm_eps: config.layerNormEps,
    max_position_embeddings: config.maxPositionEmbeddings,
    model_type: config.modelType,
    num_attention_heads: config.numAttentionHeads,
    num_hidden_layers: config.numHiddenLayers,
    pad_token_id: config.padTokenId,
    position_embedding_type: 'absolute',
    problem_type: labels.length === 1 ? 'regression' : 'single_label_classification',
    torch_dtype: 'float32',
    type_vocab_size: config.typeVocabSize,
    use_cache: true,
    vocab_size: config.vocabSize,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
