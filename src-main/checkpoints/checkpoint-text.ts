/** Text files of a checkpoint: read with a limit, decoded, and refused by name where they are something else. */
import { decodeUtf8, DocumentProblem, parseJsonDocument } from '@main/platform/json-document.ts'
import { readRegularFile } from '@main/platform/regular-file.ts'
import { LabError, type FailureCode } from '@shared/failures/failure.ts'
import { standInBytes, standInContent } from './stand-in-content.ts'

/** How a text file is read. */
interface TextFileKind {
  readonly isJson: boolean
  readonly mostBytes: number
  /** Code of what is wrong with its content. */
  readonly code: FailureCode
}

const mebibyte = 1024 ** 2

/** The text files that a checkpoint may bring, as Hugging Face names them. */
const textFiles = {
  'config.json': { isJson: true, mostBytes: 4 * mebibyte, code: 'checkpoint-unrecognized' },
  'model.safetensors.index.json': { isJson: true, mostBytes: 16 * mebibyte, code: 'checkpoint-unrecognized' },
  'pytorch_model.bin.index.json': { isJson: true, mostBytes: 16 * mebibyte, code: 'checkpoint-unrecognized' },
  'vocab.txt': { isJson: false, mostBytes: 16 * mebibyte, code: 'tokenizer-missing' },
  'vocab.json': { isJson: true, mostBytes: 32 * mebibyte, code: 'tokenizer-missing' },
  'merges.txt': { isJson: false, mostBytes: 32 * mebibyte, code: 'tokenizer-missing' },
  'tokenizer.json': { isJson: true, mostBytes: 32 * mebibyte, code: 'tokenizer-missing' },
  'tokenizer_config.json': { isJson: true, mostBytes: 4 * mebibyte, code: 'tokenizer-missing' },
  'added_tokens.json': { isJson: true, mostBytes: 16 * mebibyte, code: 'tokenizer-missing' },
  'special_tokens_map.json': { isJson: true, mostBytes: mebibyte, code: 'tokenizer-missing' },
} as const satisfies Record<string, TextFileKind>

/** Name of one of them. */
export type TextFileName = keyof typeof textFiles

/** A text file's content, and what a person should know about how it was read. */
export interface CheckpointText {
  readonly text: string
  /** The parsed content of a JSON file; null for others. */
  readonly value: unknown
  readonly warnings: readonly string[]
}

/**
 * Reads one of a checkpoint's text files.
 *
 * @param path where it really lies
 * @param name its name in the folder
 * @failure git-lfs-pointer; file-unreadable when it is too long; the code of its kind when it is UTF-16, not UTF-8, no
 *   JSON, nested too deeply, or another file altogether
 */
export async function readCheckpointText(path: string, name: TextFileName): Promise<CheckpointText> {
  const { isJson, mostBytes, code } = textFiles[name]
  const bytes = await readRegularFile(path, mostBytes)
  refuseStandIn(bytes, path, code)
  try {
    const text = decodeUtf8(bytes)
    if (!isJson) return { text, value: null, warnings: [] }
    const { value, repeatedKeys } = parseJsonDocument(text)
    return {
      text,
      value,
      warnings: repeatedKeys.map(
        (key) => `${name} has the key “${key}” twice in one place; the last one counts.`,
      ),
    }
  } catch (thrown) {
    if (!(thrown instanceof DocumentProblem)) throw thrown
    throw new LabError(code, `${path} ${thrown.message}.`, thrown.hint, { cause: thrown })
  }
}

/**
 * Refuses a file that is a pointer, a web page or an archive under another's name.
 *
 * @param beginning the file's first bytes
 * @param path the file, for messages
 * @param code code of what is no pointer
 * @failure git-lfs-pointer, the given code
 */
export function refuseStandIn(beginning: Uint8Array, path: string, code: FailureCode): void {
  const standIn = standInContent(beginning.subarray(0, standInBytes))
  if (standIn === null) return
  throw new LabError(
    standIn.isLfsPointer ? 'git-lfs-pointer' : code,
    `${path} ${standIn.finding}.`,
    standIn.hint,
  )
}
