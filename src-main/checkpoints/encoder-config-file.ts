/** `config.json` of a Hugging Face folder, read: the place where its snake_case names meet ours. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { readLabelNames, type LabelNames } from './label-names.ts'
import { bertFamily, familyOfClass } from './model-family.ts'
import { ownKey } from './config-file-text.ts'

/** Sizes are limited before anything is made of them: no model of this kind comes near, and a slip of the pen would. */
const size = (most: number) =>
  z
    .number()
    .int()
    .positive()
    .max(most, `at most ${most.toLocaleString('en-US')} is read`)
const ratio = z.number().min(0).max(1)

/** Keys that shape the model must be there; the others default as in Hugging Face's BertConfig. */
const bertConfigFile = z.object({
  vocab_size: size(10_000_000),
  hidden_size: size(100_000),
  num_hidden_layers: size(1_000),
  num_attention_heads: size(10_000),
  intermediate_size: size(1_000_000),
  max_position_embeddings: size(1_000_000),
  type_vocab_size: size(10_000).default(2),
  hidden_act: z.string().default('gelu'),
  hidden_dropout_prob: ratio.default(0.1),
  attention_probs_dropout_prob: ratio.default(0.1),
  classifier_dropout: ratio.nullish(),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().max(1).default(1e-12),
  pad_token_id: z.number().int().nonnegative().nullish(),
  position_embedding_type: z.string().default('absolute'),
  is_decoder: z.boolean().default(false),
  add_cross_attention: z.boolean().default(false),
  pruned_heads: z.record(z.string(), z.unknown()).default({}),
})

/** Keys that matter beside the model's shape; what is malformed among them counts as missing. */
const otherKeys = z.object({
  architectures: z.array(z.string()).nullish().catch(null),
  problem_type: z.string().nullish().catch(null),
  finetuning_task: z.string().nullish().catch(null),
  [ownKey]: z.object({ task: z.string() }).nullish().catch(null),
})

/** What a checkpoint's configuration says. */
export interface CheckpointConfig {
  readonly config: EncoderConfig
  /** Class name as the file gives it, for example BertForSequenceClassification; null when it gives none. */
  readonly architecture: string | null
  readonly labels: LabelNames
  /** `problem_type`; null when the file has none. */
  readonly problemType: string | null
  /** The task for which a classifier was trained, as far as the file says. */
  readonly trainedFor: string | null
  /** Whether this program wrote the file. */
  readonly isOwn: boolean
  readonly warnings: readonly string[]
}

/**
 * The configuration in a `config.json`. A missing `model_type` is deduced from `architectures`; where that is missing too,
 * the weights' names must be BERT's.
 *
 * @param value the file's parsed content
 * @param path where it came from, for messages
 * @failure checkpoint-unrecognized when it is no model configuration, checkpoint-unknown-architecture when it is that of
 *   a model which is not supported
 */
export function parseConfigFile(value: unknown, path: string): CheckpointConfig {
  const raw = z.record(z.string(), z.unknown()).safeParse(value)
  if (!raw.success || Array.isArray(value)) {
    throw new LabError(
      'checkpoint-unrecognized',
      `${path} is no model configuration: a JSON object with model_type was expected.`,
      'Copy or download the model’s config.json again.',
    )
  }
  const others = otherKeys.parse(raw.data)
  const architecture = others.architectures?.[0] ?? null
  refuseOtherFamilies(raw.data['model_type'], architecture, path)
  const parsed = bertConfigFile.safeParse(raw.data)
  if (!parsed.success) throw malformed(path, parsed.error, raw.data)
  refuseUnsupported(parsed.data, path)
  const namesModelType = raw.data['model_type'] != null
  if (
    !namesModelType &&
    architecture === null &&
    parsed.data.type_vocab_size === 1 &&
    parsed.data.pad_token_id === 1
  )
    throw new LabError(
      'checkpoint-unknown-architecture',
      `${path} has no model_type and no architectures, and its pad_token_id 1 with type_vocab_size 1 are RoBERTa’s habits.`,
      'If it is a BERT, write "model_type": "bert" into config.json.',
    )
  return {
    config: encoderConfig(parsed.data),
    architecture,
    labels: readLabelNames(raw.data['id2label'], raw.data['label2id']),
    problemType: others.problem_type ?? null,
    trainedFor: others[ownKey]?.task ?? others.finetuning_task ?? null,
    isOwn: others[ownKey] != null,
    warnings: [
      ...(namesModelType ? [] : [`config.json has no model_type; it is read as “${bertFamily.modelType}”.`]),
      ...('auto_map' in raw.data
        ? [
            'config.json names program code of its own (auto_map), which the lab does not run: the model is read as a plain BERT.',
          ]
        : []),
      ...('quantization_config' in raw.data
        ? [
            'config.json has a quantization_config: the weights may have been rounded before they were stored.',
          ]
        : []),
    ],
  }
}

function encoderConfig(file: z.output<typeof bertConfigFile>): EncoderConfig {
  return {
    modelType: bertFamily.modelType,
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
  }
}

function refuseOtherFamilies(modelType: unknown, architecture: string | null, path: string): void {
  if (modelType !== undefined && modelType !== null && modelType !== bertFamily.modelType)
    throw unsupported(path, `model_type ${JSON.stringify(modelType).slice(0, 50)}`, 'bert (MiniLM included)')
  const family = architecture === null ? null : familyOfClass(architecture)
  if (modelType == null && family !== null && family !== bertFamily.modelType)
    throw unsupported(path, `the architecture ${architecture}`, 'bert (MiniLM included)')
}

function malformed(path: string, error: z.ZodError, raw: Readonly<Record<string, unknown>>): LabError {
  const issues = error.issues.map(({ path: place, message }) => {
    const key = place.join('.')
    const found: unknown = raw[String(place[0])]
    return found === undefined
      ? `${key} is missing`
      : `${key}: ${message} (found ${JSON.stringify(found).slice(0, 60)})`
  })
  return new LabError(
    'checkpoint-unrecognized',
    `${path} does not describe a BERT model: ${issues.slice(0, 5).join('; ')}.`,
    'Take config.json from the same place as the weights.',
  )
}

function refuseUnsupported(file: z.output<typeof bertConfigFile>, path: string): void {
  // Both names stand for the exact form, with erf.
  if (file.hidden_act !== 'gelu' && file.hidden_act !== 'gelu_python') {
    throw unsupported(path, `hidden_act “${file.hidden_act}”`, 'hidden_act “gelu” (the exact form, with erf)')
  }
  if (file.position_embedding_type !== 'absolute') {
    throw unsupported(path, `position_embedding_type “${file.position_embedding_type}”`, '“absolute”')
  }
  if (file.is_decoder || file.add_cross_attention) throw unsupported(path, 'a BERT decoder', 'a BERT encoder')
  if (Object.keys(file.pruned_heads).length > 0)
    throw unsupported(path, 'pruned_heads (attention heads were removed)', 'models with all their heads')
  if (file.hidden_size % file.num_attention_heads !== 0) {
    throw new LabError(
      'checkpoint-unrecognized',
      `${path}: hidden_size ${file.hidden_size} is no multiple of num_attention_heads ${file.num_attention_heads}.`,
      'Take config.json from the same place as the weights.',
    )
  }
  const pad = file.pad_token_id ?? 0
  if (pad >= file.vocab_size) {
    throw new LabError(
      'checkpoint-unrecognized',
      `${path}: pad_token_id ${pad} is no piece of a vocabulary of ${file.vocab_size}.`,
      'Take config.json from the same place as the weights.',
    )
  }
}

/**
 * The failure for a model of a kind that is not read.
 *
 * @param path the file that shows it
 * @param found what it has
 * @param supported what would be read
 */
export function unsupported(path: string, found: string, supported: string): LabError {
  return new LabError(
    'checkpoint-unknown-architecture',
    `${path} has ${found}; supported: ${supported}.`,
    'Choose a BERT checkpoint, for example bert-base-uncased or all-MiniLM-L6-v2.',
  )
}
