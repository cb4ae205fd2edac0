/** `config.json` of a Hugging Face folder, read: the place where its snake_case names meet ours. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import {
  hiddenActivations,
  type EncoderConfig,
  type HiddenActivation,
  type ModelType,
} from '@shared/results/checkpoint-summary.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import { readLabelNames, type LabelNames } from './label-names.ts'
import { configKey, settingsOf } from './config-keys.ts'
import { familyOfClass, headKindOf, isModelType, readFamiliesText } from './model-family.ts'
import { ownKey } from './config-file-text.ts'

/** Sizes are limited before anything is made of them: no model of this kind comes near, and a slip of the pen would. */
const size = (most: number) =>
  z
    .number()
    .int()
    .positive()
    .max(most, `at most ${most.toLocaleString('en-US')} is read`)
const ratio = z.number().min(0).max(1)

/** Sizes must be there; the others default as in Hugging Face's classes. Our names, see `config-keys.ts`. */
const encoderSettings = z.object({
  vocabSize: size(10_000_000),
  embeddingSize: size(100_000).optional(),
  hiddenSize: size(100_000),
  numHiddenLayers: size(1_000),
  numAttentionHeads: size(10_000),
  intermediateSize: size(1_000_000),
  maxPositionEmbeddings: size(1_000_000),
  typeVocabSize: size(10_000),
  hiddenAct: z.string().default('gelu'),
  hiddenDropoutProb: ratio.default(0.1),
  attentionProbsDropoutProb: ratio.default(0.1),
  classifierDropout: ratio.optional(),
  initializerRange: z.number().positive().default(0.02),
  layerNormEps: z.number().positive().max(1).default(1e-12),
  padTokenId: z.number().int().nonnegative(),
})

/** Keys that make another model out of the same weights. */
const variantKeys = z.object({
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
  /** The kind of task whose head that class has. */
  readonly headKind: TaskKind
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
  const modelType = modelTypeOf(raw.data['model_type'], architecture, path)
  const parsed = encoderSettings.safeParse(settingsOf(modelType, raw.data))
  if (!parsed.success) throw malformed(path, parsed.error, raw.data, modelType)
  const config = encoderConfig(modelType, parsed.data, path)
  refuseUnsupported(config, raw.data, path)
  const namesModelType = raw.data['model_type'] != null
  if (!namesModelType && architecture === null && config.typeVocabSize === 1 && config.padTokenId === 1)
    throw new LabError(
      'checkpoint-unknown-architecture',
      `${path} has no model_type and no architectures, and its pad_token_id 1 with type_vocab_size 1 are RoBERTa’s habits.`,
      'Write "model_type": "roberta" into config.json, or "bert" if it is one.',
    )
  return {
    config,
    architecture,
    headKind: headKindOf(modelType, architecture),
    labels: readLabelNames(raw.data['id2label'], raw.data['label2id']),
    problemType: others.problem_type ?? null,
    trainedFor: others[ownKey]?.task ?? others.finetuning_task ?? null,
    isOwn: others[ownKey] != null,
    warnings: [
      ...(namesModelType ? [] : [`config.json has no model_type; it is read as “${modelType}”.`]),
      ...('auto_map' in raw.data
        ? [
            `config.json names program code of its own (auto_map), which the lab does not run: the model is read as a plain ${modelType}.`,
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

function encoderConfig(
  modelType: ModelType,
  settings: z.output<typeof encoderSettings>,
  path: string,
): EncoderConfig {
  const { embeddingSize, classifierDropout, hiddenAct, ...others } = settings
  return {
    modelType,
    ...others,
    hiddenAct: activationOf(hiddenAct, path),
    classifierDropout: classifierDropout ?? settings.hiddenDropoutProb,
    ...(embeddingSize === undefined || embeddingSize === settings.hiddenSize ? {} : { embeddingSize }),
  }
}

/** Other names of the same functions. */
const activationAliases: Readonly<Record<string, HiddenActivation>> = {
  gelu_python: 'gelu',
  gelu_pytorch_tanh: 'gelu_new',
  swish: 'silu',
}

function activationOf(name: string, path: string): HiddenActivation {
  const known = hiddenActivations.find((activation) => activation === (activationAliases[name] ?? name))
  if (known === undefined) throw unsupported(path, `the activation “${name}”`, hiddenActivations.join(', '))
  return known
}

/** The family that a file names, or that its class name says; BERT where it says nothing, as old files do. */
function modelTypeOf(modelType: unknown, architecture: string | null, path: string): ModelType {
  if (modelType !== undefined && modelType !== null) {
    if (isModelType(modelType)) return modelType
    throw unsupported(path, `model_type ${JSON.stringify(modelType).slice(0, 50)}`, readFamiliesText)
  }
  const family = architecture === null ? null : familyOfClass(architecture)
  if (family === null) return 'bert'
  if (isModelType(family)) return family
  throw unsupported(path, `the architecture ${architecture}`, readFamiliesText)
}

function malformed(
  path: string,
  error: z.ZodError,
  raw: Readonly<Record<string, unknown>>,
  modelType: ModelType,
): LabError {
  const issues = error.issues.map(({ path: place, message }) => {
    const key = configKey(modelType, place[0] as Parameters<typeof configKey>[1]) ?? String(place[0])
    const found: unknown = raw[key]
    return found === undefined || found === null
      ? `${key} is missing`
      : `${key}: ${message} (found ${JSON.stringify(found).slice(0, 60)})`
  })
  return new LabError(
    'checkpoint-unrecognized',
    `${path} does not describe a ${modelType} model: ${issues.slice(0, 5).join('; ')}.`,
    'Take config.json from the same place as the weights.',
  )
}

function refuseUnsupported(
  config: EncoderConfig,
  raw: Readonly<Record<string, unknown>>,
  path: string,
): void {
  const variant = variantKeys.safeParse(raw)
  if (!variant.success) {
    const [issue] = variant.error.issues
    throw new LabError(
      'checkpoint-unrecognized',
      `${path}: ${issue?.path.join('.')}: ${issue?.message}.`,
      'Take config.json from the same place as the weights.',
    )
  }
  const { position_embedding_type: positions, is_decoder, add_cross_attention, pruned_heads } = variant.data
  if (positions !== 'absolute')
    throw unsupported(path, `position_embedding_type “${positions}”`, '“absolute”')
  if (is_decoder || add_cross_attention)
    throw unsupported(path, `a ${config.modelType} decoder`, `a ${config.modelType} encoder`)
  if (Object.keys(pruned_heads).length > 0)
    throw unsupported(path, 'pruned_heads (attention heads were removed)', 'models with all their heads')
  const { hiddenSize, numAttentionHeads, padTokenId, vocabSize, maxPositionEmbeddings } = config
  const contradiction =
    hiddenSize % numAttentionHeads !== 0
      ? `${configKey(config.modelType, 'hiddenSize')} ${hiddenSize} is no multiple of ${configKey(config.modelType, 'numAttentionHeads')} ${numAttentionHeads}`
      : padTokenId >= vocabSize
        ? `pad_token_id ${padTokenId} is no piece of a vocabulary of ${vocabSize}`
        : maxTokens(config) < 1
          ? `max_position_embeddings ${maxPositionEmbeddings} leaves no position behind the padding’s`
          : null
  if (contradiction === null) return
  throw new LabError(
    'checkpoint-unrecognized',
    `${path}: ${contradiction}.`,
    'Take config.json from the same place as the weights.',
  )
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
    'Choose a checkpoint of one of these families, for example bert-base-uncased or roberta-base.',
  )
}
