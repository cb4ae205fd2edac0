/** Which files of a folder make up a checkpoint. */
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { readFailure, systemErrorCode } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'

/** Names of a checkpoint's files, relative to its folder. */
export interface CheckpointFiles {
  /** One file, or the shards of an index in alphabetical order. */
  readonly weights: readonly string[]
  /** Index of the shards: tensor name → file; null for a single file. */
  readonly shardOf: ReadonlyMap<string, string> | null
  /** Everything else that decides how the model behaves: configuration, index and tokenizer. */
  readonly others: readonly string[]
}

/** Tokenizer files that a checkpoint may bring, as Hugging Face names them. */
export const tokenizerFileNames = [
  'vocab.txt',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
] as const

const single = 'model.safetensors'
const index = 'model.safetensors.index.json'

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/**
 * The files of a checkpoint folder.
 *
 * @param folder a folder as `save_pretrained` writes it
 * @failure not-found, checkpoint-unrecognized when the folder is no checkpoint or holds only a pickle file
 */
export async function findCheckpointFiles(folder: string): Promise<CheckpointFiles> {
  const names = new Set(await listFolder(folder))
  if (!names.has('config.json')) throw noCheckpoint(folder, names)
  const others = ['config.json', ...tokenizerFileNames.filter((name) => names.has(name))]
  if (names.has(single)) return { weights: [single], shardOf: null, others }
  if (!names.has(index)) throw noWeights(folder, names)
  const shardOf = await readIndex(join(folder, index))
  const weights = [...new Set(shardOf.values())].sort()
  const absent = weights.filter((name) => !names.has(name))
  if (absent.length > 0) {
    throw new LabError(
      'checkpoint-truncated',
      `${folder}: ${index} names ${absent.length} of ${weights.length} files that are not there: ${absent.slice(0, 5).join(', ')}.`,
      'Copy or download the missing files.',
    )
  }
  return { weights, shardOf, others: [...others, index] }
}

/**
 * Text of a file; undefined where there is none.
 *
 * @param path file to read
 * @failure file-unreadable
 */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'ENOENT') return undefined
    throw readFailure(thrown, path)
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'ENOTDIR') {
      throw new LabError(
        'checkpoint-unrecognized',
        `${folder} is a file; a checkpoint is a folder with config.json and model.safetensors.`,
        'Choose the folder that holds the file.',
      )
    }
    throw readFailure(thrown, folder)
  }
}

async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const text = (await readTextIfPresent(path)) ?? ''
  const damaged = (detail: string): LabError =>
    new LabError('checkpoint-unrecognized', `${path} ${detail}.`, 'Copy or download the file again.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged('is no JSON')
  }
  const parsed = indexSchema.safeParse(value)
  if (!parsed.success) throw damaged('has no weight_map from tensor names to file names')
  const entries = Object.entries(parsed.data.weight_map)
  const outside = entries.find(([, file]) => basename(file) !== file || /[\\/]|^\.+$/.test(file))
  if (outside !== undefined) throw damaged(`sends tensor ${outside[0]} outside the folder, to ${outside[1]}`)
  if (entries.length === 0) throw damaged('names no tensors')
  return new Map(entries)
}

function noCheckpoint(folder: string, names: ReadonlySet<string>): LabError {
  const found = [...names].sort().slice(0, 5).join(', ')
  return new LabError(
    'checkpoint-unrecognized',
    `${folder} is no checkpoint: config.json is missing (found: ${found === '' ? 'nothing' : found}).`,
    'Choose a Hugging Face folder with config.json and model.safetensors.',
  )
}

function noWeights(folder: string, names: ReadonlySet<string>): LabError {
  const pickles = [...names].filter((name) => /\.(bin|pt|pth|ckpt)$/.test(name)).sort()
  if (pickles.length > 0) {
    return new LabError(
      'checkpoint-unrecognized',
      `${folder} has its weights only in ${pickles[0]}; ${single} or ${index} is needed.`,
      'Convert it: load it with transformers and save_pretrained(…, safe_serialization=True).',
    )
  }
  return new LabError(
    'checkpoint-unrecognized',
    `${folder} has a config.json but no weights: neither ${single} nor ${index}.`,
    'Choose a Hugging Face folder with config.json and model.safetensors.',
  )
}
