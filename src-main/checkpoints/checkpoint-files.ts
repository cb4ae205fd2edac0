/** Which files of a folder make up a checkpoint. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import { readCheckpointText, type CheckpointText, type TextFileName } from './checkpoint-text.ts'
import { listFolder, placeOfFile } from './folder-entries.ts'
import { likelyInner, noConfig, noWeights } from './other-formats.ts'
import type { WeightForm } from './weight-file.ts'

/** Files of a checkpoint, found and looked at. */
export interface CheckpointFiles {
  /** Absolute. */
  readonly folder: string
  readonly form: WeightForm
  /** Names of the weight files: one, or the shards of an index in alphabetical order. */
  readonly weights: readonly string[]
  /** null for a single file. */
  readonly index: ShardIndex | null
  /** Everything else that decides how the model behaves: configuration, index and tokenizer. */
  readonly others: readonly string[]
  /** Name → where the file really lies. */
  readonly places: ReadonlyMap<string, string>
}

/** Which file of a sharded checkpoint holds which weights. */
export interface ShardIndex {
  /** Name of the index itself. */
  readonly name: IndexName
  /** Tensor name → file. */
  readonly shardOf: ReadonlyMap<string, string>
}

type IndexName = 'model.safetensors.index.json' | 'pytorch_model.bin.index.json'

/** Tokenizer files that a checkpoint may bring, as Hugging Face names them. */
const tokenizerFileNames = [
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
] as const

/** Forms of weights in the order in which transformers looks for them: one file, or shards with an index. */
const forms: readonly { readonly form: WeightForm; readonly single: string; readonly index: IndexName }[] = [
  { form: 'safetensors', single: 'model.safetensors', index: 'model.safetensors.index.json' },
  { form: 'torch', single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' },
]

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/**
 * Whether a folder with these files is a checkpoint that the lab reads: configuration and weights are there.
 *
 * @param names names of its files
 */
export function isCheckpointListing(names: ReadonlySet<string>): boolean {
  return names.has('config.json') && forms.some(({ single, index }) => names.has(single) || names.has(index))
}

/**
 * Whether a file of this name is a part of a checkpoint: configuration, tokenizer, weights or their index.
 *
 * @param name without folders
 */
export function isCheckpointFileName(name: string): boolean {
  const isText: boolean = ['config.json', ...tokenizerFileNames].some((known) => known === name)
  return isText || /\.(safetensors|bin)(\.index\.json)?$/.test(name)
}

/**
 * The files of a checkpoint folder; none of them has been opened but the index of shards.
 *
 * @param path a folder as `save_pretrained` writes it
 * @failure not-found, file-unreadable (links out of the folder, pipes, devices), git-lfs-pointer,
 *   checkpoint-unrecognized when the folder is no checkpoint or holds another form of weights
 */
export async function findCheckpointFiles(path: string): Promise<CheckpointFiles> {
  const folder = resolve(path)
  const names = await listFolder(folder)
  if (!names.has('config.json')) throw noConfig(folder, names, await innerCheckpoint(folder, names))
  const places = new Map<string, string>()
  const others: string[] = ['config.json', ...tokenizerFileNames.filter((name) => names.has(name))]
  for (const name of others) places.set(name, await placeOfFile(folder, name))
  const found = forms.find(({ single, index }) => names.has(single) || names.has(index))
  if (found === undefined) throw noWeights(folder, names)
  const { form, single, index } = found
  if (names.has(single)) {
    places.set(single, await placeOfFile(folder, single))
    return { folder, form, weights: [single], index: null, others, places }
  }
  places.set(index, await placeOfFile(folder, index))
  const shardOf = await readIndex(places.get(index)!, index)
  const weights = [...new Set(shardOf.values())].sort()
  refuseMissingShards(folder, index, weights, names)
  for (const name of weights) places.set(name, await placeOfFile(folder, name))
  return { folder, form, weights, index: { name: index, shardOf }, others: [...others, index], places }
}

/**
 * Content of one of a checkpoint's text files; null where there is none.
 *
 * @param files the checkpoint
 * @param name the file
 * @failure as `readCheckpointText`
 */
export async function readTextOf(files: CheckpointFiles, name: TextFileName): Promise<CheckpointText | null> {
  const place = files.places.get(name)
  return place === undefined ? null : await readCheckpointText(place, name)
}

async function readIndex(path: string, name: IndexName): Promise<ReadonlyMap<string, string>> {
  const { value, warnings } = await readCheckpointText(path, name)
  const damaged = (detail: string): LabError =>
    new LabError('checkpoint-unrecognized', `${path} ${detail}.`, 'Copy or download the file again.')
  const [repeated] = warnings
  if (repeated !== undefined) throw damaged(`contradicts itself: ${repeated.replace(/; .*$/, '')}`)
  const parsed = indexSchema.safeParse(value)
  if (!parsed.success) throw damaged('has no weight_map from tensor names to file names')
  const entries = Object.entries(parsed.data.weight_map)
  const outside = entries.find(([, file]) => basename(file) !== file || /[\\/\0]|^\.*$/.test(file))
  if (outside !== undefined) throw damaged(`sends tensor ${outside[0]} outside the folder, to ${outside[1]}`)
  if (entries.length === 0) throw damaged('names no tensors')
  return new Map(entries)
}

function refuseMissingShards(
  folder: string,
  index: IndexName,
  weights: readonly string[],
  names: ReadonlySet<string>,
): void {
  const absent = weights.filter((name) => !names.has(name))
  if (absent.length === 0) return
  const ending = index.replace('.index.json', '').replace(/^.*\./, '.')
  const present = [...names].filter((name) => name.endsWith(ending) && !weights.includes(name)).sort()
  const instead = present.length === 0 ? '' : ` The folder has ${present.slice(0, 3).join(', ')} instead.`
  throw new LabError(
    'checkpoint-truncated',
    `${folder}: ${index} names ${absent.length} of ${weights.length} files that are not there: ${absent.slice(0, 5).join(', ')}.${instead}`,
    present.length === 0
      ? 'Copy or download the missing files.'
      : `Copy or download ${index} and the weight files from the same place.`,
  )
}

/** A checkpoint one or two folders below the chosen one, as in the cache of the hub or beside an export's log. */
async function innerCheckpoint(folder: string, names: ReadonlySet<string>): Promise<string | null> {
  for (const inner of likelyInner(folder, names)) {
    if (await isCheckpoint(inner)) return inner
    const deeper = await readdir(inner).catch(() => [])
    for (const path of likelyInner(inner, new Set(deeper))) if (await isCheckpoint(path)) return path
  }
  return null
}

async function isCheckpoint(folder: string): Promise<boolean> {
  return stat(join(folder, 'config.json')).then(
    (found) => found.isFile(),
    () => false,
  )
}
