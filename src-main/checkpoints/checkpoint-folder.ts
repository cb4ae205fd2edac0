/** Hugging Face checkpoint folders: looking into one, loading its weights. Nothing in a folder is executed. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { sha256OfFile } from '@main/platform/file-hash.ts'
import type { TokenizerFiles } from '@main/text/word-piece-settings.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointHead } from '@shared/results/checkpoint-head.ts'
import type { CheckpointSummary, EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { findCheckpointFiles, readTextOf, type CheckpointFiles } from './checkpoint-files.ts'
import { headOf } from './checkpoint-head-of.ts'
import { parseConfigFile, type CheckpointConfig } from './encoder-config-file.ts'
import type { NamedTensor } from './safetensors.ts'
import { toFloat32, type StoredTensor } from './stored-numbers.ts'
import { checkTokenizer, readTokenizerFiles, type TokenizerCheck } from './tokenizer-check.ts'
import { matchWeights, type WeightMatch } from './weight-check.ts'
import { examineWeightFile, inspectWeightFile, type WeightFile } from './weight-file.ts'
import type { FoundTensor } from './weight-names.ts'
import { refuseNotFinite, valueWarnings, type ExaminedTensor } from './weight-values.ts'

/** A checkpoint in memory. */
export interface LoadedCheckpoint {
  readonly config: EncoderConfig
  readonly head: CheckpointHead
  /** Weights by their name here: `bert.…`, `classifier.…`, each ending in `.weight` or `.bias`; matrices are [out, in]. */
  readonly tensors: Map<string, NamedTensor>
  /** What a person should know: weights that must be initialised, tensors left unused, oddities of the files. */
  readonly warnings: readonly string[]
  readonly tokenizerFiles: TokenizerFiles
}

/**
 * Describes a checkpoint folder after every check that a run makes: names and shapes, every value, the tokenizer; and
 * hashes the files. The weights are read piece by piece and not kept.
 *
 * @param folder a folder as `save_pretrained` writes it
 * @param addedAt ISO 8601
 * @failure not-found, file-unreadable, git-lfs-pointer, tokenizer-missing and every `checkpoint-…` code but
 *   checkpoint-changed
 */
export async function inspectCheckpointFolder(folder: string, addedAt: string): Promise<CheckpointSummary> {
  const opened = await openCheckpoint(folder)
  const { files, checkpoint, match, tokenizer } = opened
  const examined = await examineWeights(opened, null)
  const digests = await describeFiles(files)
  return {
    checkpointId: checkpointIdFor(files.folder, digests),
    name: basename(files.folder),
    architecture: checkpoint.architecture ?? 'BertModel',
    config: checkpoint.config,
    parameters: match.parameters,
    tokenizer: tokenizer.kind,
    tokenizerPieces: tokenizer.pieces,
    head: headOf(checkpoint, match),
    checks: checksOf(opened),
    warnings: [...opened.warnings, ...valueWarnings(examined)],
    folder: files.folder,
    files: digests,
    addedAt,
  }
}

/**
 * Loads a checkpoint folder's weights as float32 (F16 and BF16 widened, F64 rounded) under this program's names, after
 * the same checks. Tensors that the model does not use are not read.
 *
 * @param folder a folder as `save_pretrained` writes it
 * @failure not-found, file-unreadable, git-lfs-pointer, tokenizer-missing and every `checkpoint-…` code but
 *   checkpoint-changed
 */
export async function loadCheckpointFolder(folder: string): Promise<LoadedCheckpoint> {
  const opened = await openCheckpoint(folder)
  const { checkpoint, match, tokenizerFiles } = opened
  const ourName = new Map([...match.used].map(([name, own]) => [own, name]))
  const loaded = new Map<string, NamedTensor>()
  const examined = await examineWeights(opened, (tensor) => {
    const name = ourName.get(tensor.name)!
    loaded.set(name, { name, dtype: 'float32', shape: tensor.shape, values: toFloat32(tensor) })
  })
  return {
    config: checkpoint.config,
    head: headOf(checkpoint, match),
    tensors: new Map([...match.used.keys()].map((name) => [name, loaded.get(name)!])),
    warnings: [...opened.warnings, ...valueWarnings(examined)],
    tokenizerFiles,
  }
}

/** A checkpoint of which everything but the weights' values has been read. */
interface OpenedCheckpoint {
  readonly files: CheckpointFiles
  readonly checkpoint: CheckpointConfig
  readonly match: WeightMatch
  readonly tokenizer: TokenizerCheck
  readonly tokenizerFiles: TokenizerFiles
  readonly warnings: readonly string[]
}

async function openCheckpoint(folder: string): Promise<OpenedCheckpoint> {
  const files = await findCheckpointFiles(folder)
  const config = await readTextOf(files, 'config.json')
  const checkpoint = parseConfigFile(config?.value, files.places.get('config.json') ?? files.folder)
  const held = new Map<string, readonly FoundTensor[]>()
  for (const name of files.weights) held.set(name, await inspectWeightFile(weightFile(files, name)))
  checkShards(files, held)
  const found = [...held.values()].flat()
  const match = matchWeights(found, checkpoint, files.folder)
  const read = await readTokenizerFiles(files)
  const tokenizer = checkTokenizer(read, checkpoint.config, files.folder)
  return {
    files,
    checkpoint,
    match,
    tokenizer,
    tokenizerFiles: read.files,
    warnings: [...(config?.warnings ?? []), ...checkpoint.warnings, ...match.warnings, ...tokenizer.warnings],
  }
}

/** Looks at every value of the used weights, and hands them on where somebody keeps them. */
async function examineWeights(
  { files, match }: OpenedCheckpoint,
  keep: ((tensor: StoredTensor) => void) | null,
): Promise<ExaminedTensor[]> {
  const names = new Set(match.used.values())
  const examined: ExaminedTensor[] = []
  for (const file of files.weights) {
    for (const { entry, findings, tensor } of await examineWeightFile(
      weightFile(files, file),
      names,
      keep !== null,
    )) {
      examined.push({ file, entry, findings })
      if (tensor !== null) keep?.(tensor)
    }
  }
  refuseNotFinite(files.folder, examined)
  return examined
}

/** What was looked at, for the checkpoint's card. */
function checksOf({ match, tokenizer, checkpoint, files }: OpenedCheckpoint): string[] {
  const number = (count: number): string => count.toLocaleString('en-US')
  const { vocabSize } = checkpoint.config
  return [
    `${number(match.used.size)} weights of ${files.weights.length === 1 ? 'one file' : `${files.weights.length} files`} have the names and shapes that config.json asks for.`,
    `All ${number(match.parameters)} values are finite.`,
    ...(tokenizer.pieces === null
      ? []
      : [
          `The tokenizer’s ${number(tokenizer.pieces)} pieces fit the word embedding’s ${number(vocabSize)} rows, special tokens included.`,
        ]),
    'No file is a pointer, a pipe, a device or a link out of the folder.',
  ]
}

function weightFile(files: CheckpointFiles, name: string): WeightFile {
  return { path: files.places.get(name)!, form: files.form }
}

/** Every tensor that the index of a sharded checkpoint names must be in the shard that it names. */
function checkShards(files: CheckpointFiles, held: ReadonlyMap<string, readonly FoundTensor[]>): void {
  const { index } = files
  if (index === null) return
  const holders = new Map<string, string[]>()
  for (const [file, tensors] of held)
    for (const { name } of tensors) holders.set(name, [...(holders.get(name) ?? []), file])
  const again = `Copy or download ${index.name} and the weight files from the same place.`
  const absent = [...index.shardOf.keys()].filter((name) => !holders.has(name))
  if (absent.length > 0) {
    const more = absent.length > 5 ? ` … and ${absent.length - 5} more` : ''
    throw new LabError(
      'checkpoint-missing-weights',
      `${files.folder}: the index names ${absent.length} tensors that no shard holds: ${absent.slice(0, 5).join(', ')}${more}.`,
      again,
    )
  }
  for (const [name, file] of index.shardOf) {
    const found = holders.get(name) ?? []
    if (found.includes(file)) continue
    throw new LabError(
      'checkpoint-unrecognized',
      `${files.folder}: ${index.name} says that ${name} is in ${file}, it is in ${found.join(', ')}.`,
      again,
    )
  }
}

async function describeFiles({
  places,
  weights,
  others,
}: CheckpointFiles): Promise<CheckpointSummary['files']> {
  const described: { path: string; bytes: number; sha256: string }[] = []
  for (const name of [...weights, ...others]) {
    const path = places.get(name)!
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
