/** Names of weights: the one spelling used here, Hugging Face's, and the spellings met in published files. */
import { modelWeights } from '@main/ml/models/model-weights.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import { anchor, otherFamilyOfPrefix, readFamilies, readHead, type ReadFamily } from './model-family.ts'
import type { StoredDtype } from './safetensors-header.ts'

/** Part of the model a weight belongs to; only the encoder cannot be initialised anew. */
export type WeightPart = 'encoder' | 'pooler' | 'classifier'

/** A tensor as a file announces it. */
export interface FoundTensor {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
}

/** A weight the model has. */
export interface ExpectedWeight {
  readonly name: string
  readonly part: WeightPart
  /** null where the checkpoint decides: the number of labels of a classifier. */
  readonly shape: readonly (number | null)[]
}

/** Parts of names that wrappers put anywhere in them: DataParallel, torch.compile, FSDP, activation checkpointing. */
const wrapperParts = /(^|\.)(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)(?=\.)/g

/** How a checkpoint spells its weights' names. */
export interface NameSpelling {
  /** Another family that the names belong to; null for the expected one's. */
  readonly otherFamily: string | null
  /** What is read differently from how it is written; null when nothing is. */
  readonly note: string | null
  /** The spelling used here of a name in the checkpoint; null when it is none of the model's weights. */
  readonly canonical: (name: string) => string | null
}

/**
 * Finds out what stands in front of the weights' names: `bert.` (`roberta.`, …) in a model with a head, nothing in a bare encoder, and
 * whatever a wrapper or a class of its own added. LayerNorm weights may be named `gamma` and `beta`, as old conversions
 * from TensorFlow have them.
 *
 * @param names every tensor's name
 * @param model the family that config.json names, and whose head its class has
 * @param folder where they were found, for messages
 * @failure checkpoint-unrecognized when there are two encoders, or adapters that are not merged
 */
export function readNameSpelling(
  names: readonly string[],
  model: Pick<ModelConfig, 'modelType' | 'taskKind'>,
  folder: string,
): NameSpelling {
  const family = readFamilies[model.modelType]
  refuseAdapters(names, folder)
  const prefixes = new Set(names.flatMap((name) => prefixOf(name) ?? []))
  if (prefixes.size > 1) throw twoEncoders([...prefixes], folder)
  const [prefix = family.weightPrefix] = prefixes
  const outer = `.${prefix}`.endsWith(`.${family.weightPrefix}`)
    ? prefix.slice(0, -family.weightPrefix.length)
    : prefix
  const heads = new RegExp(
    `^(?:${escaped(outer)})?((?:${readHead(model).layers.map(escaped).join('|')})\\.(?:weight|bias))$`,
  )
  const before = prefix === '' ? family.weightPrefix : prefix
  // With nothing or the family's own prefix in front, single weights may be written the other way.
  const isPlain = before === family.weightPrefix
  const stems = new RegExp(
    `^(?:${escaped(before)})${isPlain ? '?' : ''}((?:${family.stems.join('|')})\\..+)$`,
  )
  const written = names.find((name) => prefixOf(name) !== null)
  return {
    otherFamily: otherFamilyOfPrefix(prefix, family),
    note: wrapperNote(written, family),
    canonical: (name) => {
      const plain = unwrapped(name)
      const head = heads.exec(plain)?.[1]
      if (head !== undefined) return head
      const own = stems.exec(plain)?.[1]
      return own === undefined ? null : `${family.weightPrefix}${modernLayerNorm(own)}`
    },
  }
}

function unwrapped(name: string): string {
  return name.replace(wrapperParts, '').replace(/^\./, '')
}

/** What stands in front of the word embedding's name; null for every other weight. */
function prefixOf(name: string): string | null {
  const plain = unwrapped(name)
  if (!`.${plain}`.endsWith(`.${anchor}`)) return null
  return plain.slice(0, plain.length - anchor.length)
}

function modernLayerNorm(name: string): string {
  return name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias')
}

function wrapperNote(written: string | undefined, family: ReadFamily): string | null {
  const prefix = written?.slice(0, -anchor.length) ?? ''
  if (prefix === '' || prefix === family.weightPrefix) return null
  return `The weights’ names begin with “${prefix}”, as a wrapper leaves them (DataParallel, torch.compile, a class of its own); they are read without it.`
}

function refuseAdapters(names: readonly string[], folder: string): void {
  const adapters = names.filter((name) =>
    /(^|\.)(lora_(A|B|embedding_\w|magnitude_vector)|hada_w\d|base_layer)(\.|$)/.test(name),
  )
  const [first] = adapters
  if (first === undefined) return
  throw new LabError(
    'checkpoint-unrecognized',
    `${folder} holds adapters (LoRA) that are not merged into the weights: ${adapters.length} tensors, such as ${first}.`,
    'Merge them with Python’s peft, model.merge_and_unload().save_pretrained("merged"), and choose the folder “merged”.',
  )
}

function twoEncoders(prefixes: readonly string[], folder: string): LabError {
  const named = prefixes.map((prefix) => `“${prefix}${anchor}”`).sort()
  return new LabError(
    'checkpoint-unrecognized',
    `${folder} holds ${prefixes.length} encoders: ${named.slice(0, 4).join(', ')}.`,
    'Save the one encoder that you want to train, with its own save_pretrained(…), and choose that folder.',
  )
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/**
 * Every weight of a model, in the order in which checkpoints are written, and its family's pooler, which a classifier of
 * words does not read but may bring along for others. Matrices are [out, in].
 *
 * @param config the model
 */
export function expectedWeights(config: ModelConfig): ExpectedWeight[] {
  // One output stands for whatever number of labels the checkpoint has.
  const ofTexts = modelWeights({ ...config, taskKind: 'classification' }, 1)
  const pooler = [...ofTexts].filter(([, { part }]) => part === 'pooler')
  const expected = new Map([...modelWeights(config, 1), ...pooler])
  return [...expected.values()].map(({ name, part, shape, place }) => {
    if (place === 'classifier') return { name, part: 'classifier', shape: [null, ...shape.slice(1)] }
    if (part === 'head') return { name, part: 'classifier', shape }
    return { name, part: part === 'pooler' ? 'pooler' : 'encoder', shape }
  })
}
