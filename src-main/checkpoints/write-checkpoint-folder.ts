/** Writes a checkpoint folder that `transformers` loads; it gets its name once everything in it is on disk. */
import { dirname, join } from 'node:path'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { syncFolder, unfinishedName, writeNewFile } from '@main/platform/durable-file.ts'
import { removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { removeLeftovers } from '@main/platform/leftovers.ts'
import { replaceFolder } from '@main/platform/replace-folder.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { configFileText } from './config-file-text.ts'
import { writeSafetensors, type NamedTensor, type TensorSequence } from './safetensors.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import type { TokenizerFiles } from '@main/text/word-piece-settings.ts'

/** A file beside the model's: text, bytes, or tensors for a safetensors file. */
export interface ExtraFile {
  /** File name without folders. */
  readonly name: string
  /** A function is called when its turn comes, after the model's file and those before; without tensors there is no file. */
  readonly content: string | Uint8Array | (() => readonly NamedTensor[] | TensorSequence)
}

/** What goes into the folder. */
export interface CheckpointContent {
  readonly config: EncoderConfig
  /** Label names in index order; exactly one means regression. */
  readonly labels: readonly string[]
  /** What the classifier is trained for; null without one. */
  readonly task: TaskId | null
  /** Weights under this program's names. */
  readonly tensors: readonly NamedTensor[] | TensorSequence
  readonly tokenizerFiles: TokenizerFiles
  readonly extraFiles: readonly ExtraFile[]
  /** Written after all the others, and told how many bytes each of them has. */
  readonly lastFile?: {
    readonly name: string
    readonly text: (bytes: ReadonlyMap<string, number>) => string
  }
}

/**
 * Writes a checkpoint under a temporary name, forces it to disk and gives it its name; a folder that had the name is
 * replaced. Whatever interrupts it, `folder` is never half a checkpoint; what an earlier writer that died left beside it
 * is removed.
 *
 * @param folder where the checkpoint shall be; the folders above are made
 * @param content what goes into it
 * @param calls file-system calls; tests replace them
 * @failure disk-full
 */
export async function writeCheckpointFolder(
  folder: string,
  content: CheckpointContent,
  calls: FileCalls = nodeFileCalls,
): Promise<void> {
  const temporary = unfinishedName(folder)
  try {
    makeParent(dirname(folder), calls)
    removeLeftovers(dirname(folder), calls)
    calls.makeFolder(temporary)
    await writeSafetensors(join(temporary, 'model.safetensors'), content.tensors, { format: 'pt' }, calls)
    for (const { name, text } of textFiles(content)) {
      writeNewFile(join(temporary, name), Buffer.from(text, 'utf8'), calls)
    }
    for (const extra of content.extraFiles) await writeExtra(temporary, extra, calls)
    if (content.lastFile !== undefined) {
      const { name, text } = content.lastFile
      writeNewFile(join(temporary, name), Buffer.from(text(bytesOfFiles(temporary, calls)), 'utf8'), calls)
    }
    syncFolder(temporary, calls)
    replaceFolder(temporary, folder, calls)
  } catch (thrown) {
    removeUnfinished(temporary, calls)
    throw writeFailure(thrown, dirname(folder))
  }
}

/** The folder above, made if need be; its name is forced to disk like everything below it. */
function makeParent(parent: string, calls: FileCalls): void {
  if (statIfPresent(parent, calls) !== null) return
  calls.makeFolder(parent)
  syncFolder(dirname(parent), calls)
}

function bytesOfFiles(folder: string, calls: FileCalls): Map<string, number> {
  return new Map(calls.list(folder).map((name) => [name, calls.status(join(folder, name)).size]))
}

function textFiles(content: CheckpointContent): { readonly name: string; readonly text: string }[] {
  const { tokenizerFiles } = content
  const named = {
    'config.json': configFileText(content.config, content),
    'vocab.txt': tokenizerFiles.vocabText,
    'vocab.json': tokenizerFiles.vocabJson,
    'merges.txt': tokenizerFiles.mergesText,
    'tokenizer.json': tokenizerFiles.tokenizerJson,
    'tokenizer_config.json': tokenizerFiles.tokenizerConfig,
    'special_tokens_map.json': tokenizerFiles.specialTokensMap,
    'added_tokens.json': tokenizerFiles.addedTokensJson,
  }
  return Object.entries(named).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]))
}

async function writeExtra(folder: string, extra: ExtraFile, calls: FileCalls): Promise<void> {
  const path = join(folder, extra.name)
  const { content } = extra
  if (typeof content === 'string') writeNewFile(path, Buffer.from(content, 'utf8'), calls)
  else if (content instanceof Uint8Array) writeNewFile(path, content, calls)
  else {
    const tensors = content()
    const { length } = 'heads' in tensors ? tensors.heads : tensors
    if (length > 0) await writeSafetensors(path, tensors, {}, calls)
  }
}
