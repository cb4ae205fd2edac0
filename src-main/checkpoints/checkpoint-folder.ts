/** Hugging Face checkpoint folders: looking into one, loading its weights. Nothing in a folder is executed. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { sha256OfFile } from '@main/platform/file-hash.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary, EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { findCheckpointFiles, readTextIfPresent, type CheckpointFiles } from './checkpoint-files.ts'
import { parseConfigFile, type CheckpointConfig } from './encoder-config-file.ts'
import { inspectSafetensors, readSafetensors, type NamedTensor } from './safetensors.ts'
import { toFloat32, type StoredTensor } from './stored-numbers.ts'
import { tokenizerKind, type TokenizerFiles } from './tokenizer-files.ts'
import { matchWeights, type FoundTensor } from './weight-check.ts'

/** A checkpoint in memory. */
export interface LoadedCheckpoint {
  readonly config: EncoderConfig
  /** Class name as config.json gives it. */
  readonly architecture: string
  /** Label names in index order; null when config.json names none. */
  readonly labels: readonly string[] | null
  /** Weights by their name here: `bert.…`, `classifier.…`, each ending in `.weight` or `.bias`; matrices are [out, in]. */
  readonly tensors: Map<string, NamedTensor>
  /** Missing weights that must be initialised, unused tensors; by name. */
  readonly warnings: string[]
  readonly tokenizerFiles: TokenizerFiles
}

/**
 * Describes a checkpoint folder: reads the heads of its weight files, checks every name and shape, hashes the files.
 *
 * @param folder a folder as `save_pretrained` writes it
 * @param addedAt ISO 8601
 * @failure not-found, file-unreadable and every `checkpoint-…` code but checkpoint-changed
 */
export async function inspectCheckpointFolder(folder: string, addedAt: string): Promise<CheckpointSummary> {
  const absolute = resolve(folder)
  const files = await findCheckpointFiles(absolute)
  const checkpoint = await readConfig(absolute)
  const found: FoundTensor[] = []
  for (const name of files.weights) found.push(...(await inspectSafetensors(join(absolute, name))).entries)
  checkShards(files, found, absolute)
  const match = matchWeights(found, checkpoint, absolute)
  const tokenizer = tokenizerKind(await readTokenizerFiles(absolute))
  const digests = await describeFiles(absolute, [...files.weights, ...files.others])
  return {
    checkpointId: checkpointIdFor(absolute, digests),
    name: basename(absolute),
    architecture: checkpoint.architecture,
    config: checkpoint.config,
    parameters: match.parameters,
    tokenizer: tokenizer.kind,
    warnings: [...match.warnings, ...tokenizer.warnings],
    folder: absolute,
    files: digests,
    addedAt,
  }
}

/**
 * Loads a checkpoint folder's weights as float32 (F16 and BF16 widened, F64 rounded) under this program's names.
 *
 * @param folder a folder as `save_pretrained` writes it
 * @failure not-found, file-unreadable and every `checkpoint-…` code but checkpoint-changed
 */
export async function loadCheckpointFolder(folder: string): Promise<LoadedCheckpoint> {
  const absolute = resolve(folder)
  const files = await findCheckpointFiles(absolute)
  const checkpoint = await readConfig(absolute)
  const stored = new Map<string, StoredTensor>()
  const found: FoundTensor[] = []
  for (const name of files.weights) {
    for (const tensor of (await readSafetensors(join(absolute, name))).values()) {
      found.push(tensor)
      stored.set(tensor.name, tensor)
    }
  }
  checkShards(files, found, absolute)
  const match = matchWeights(found, checkpoint, absolute)
  return {
    config: checkpoint.config,
    architecture: checkpoint.architecture,
    labels: checkpoint.labels,
    tensors: new Map([...match.used].map(([name, own]) => [name, namedTensor(name, stored.get(own)!)])),
    warnings: [...match.warnings],
    tokenizerFiles: await readTokenizerFiles(absolute),
  }
}

function namedTensor(name: string, tensor: StoredTensor): NamedTensor {
  return { name, dtype: 'float32', shape: tensor.shape, values: toFloat32(tensor) }
}

async function readConfig(folder: string): Promise<CheckpointConfig> {
  const path = join(folder, 'config.json')
  return parseConfigFile((await readTextIfPresent(path)) ?? '', path)
}

async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const vocabText = await readTextIfPresent(join(folder, 'vocab.txt'))
  const tokenizerJson = await readTextIfPresent(join(folder, 'tokenizer.json'))
  const tokenizerConfig = await readTextIfPresent(join(folder, 'tokenizer_config.json'))
  return {
    ...(vocabText === undefined ? {} : { vocabText }),
    ...(tokenizerJson === undefined ? {} : { tokenizerJson }),
    ...(tokenizerConfig === undefined ? {} : { tokenizerConfig }),
  }
}

/** Every tensor that the index of a sharded checkpoint names must be in the shards. */
function checkShards(files: CheckpointFiles, found: readonly FoundTensor[], folder: string): void {
  if (files.shardOf === null) return
  const present = new Set(found.map(({ name }) => name))
  const absent = [...files.shardOf.keys()].filter((name) => !present.has(name))
  if (absent.length === 0) return
  const more = absent.length > 5 ? ` … and ${absent.length - 5} more` : ''
  throw new LabError(
    'checkpoint-missing-weights',
    `${folder}: the index names ${absent.length} tensors that no shard holds: ${absent.slice(0, 5).join(', ')}${more}.`,
    'Copy or download the weight files again.',
  )
}

async function describeFiles(folder: string, names: readonly string[]): Promise<CheckpointSummary['files']> {
  const described: { path: string; bytes: number; sha256: string }[] = []
  for (const name of names) {
    const path = join(folder, name)
    described.push({ path: name, bytes: (await stat(path)).size, sha256: await sha256OfFile(path) })
  }
  return described
}

/** The same files in a folder of the same name give the same identifier, wherever that folder lies. */
function checkpointIdFor(folder: string, files: CheckpointSummary['files']): string {
  const digest = createHash('sha256')
  for (const { path, sha256 } of files) digest.update(`${path}\n${sha256}\n`)
  const plain = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return `${plain === '' ? 'checkpoint' : plain}-${digest.digest('hex').slice(0, 8)}`
}
