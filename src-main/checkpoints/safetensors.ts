/** Reading and writing safetensors files. Nothing in such a file is executed. */
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readFailure, writeFailure } from '@main/platform/disk-failure.ts'
import { openRegularFile } from '@main/platform/regular-file.ts'
import { writeAll } from '@main/platform/durable-file.ts'
import { removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { LabError } from '@shared/failures/failure.ts'
import { readSafetensorsHeader, type SafetensorsHeader, type TensorEntry } from './safetensors-header.ts'
import type { StoredTensor } from './stored-numbers.ts'
import { examineValues, type ValueFindings } from './weight-values.ts'

/** A float32 tensor with its name. */
export interface NamedTensor {
  readonly name: string
  readonly dtype: 'float32'
  /** Sizes of its axes; [] for a single value. */
  readonly shape: readonly number[]
  /** Row-major; as many as the product of the shape. */
  readonly values: Float32Array
}

/** Name and shape of a float32 tensor. */
export type TensorHead = Pick<NamedTensor, 'name' | 'shape'>

/** What a file shall hold, made while it is written: the values need not be in memory together. */
export interface TensorSequence {
  readonly heads: readonly TensorHead[]
  /** Row-major values of one tensor after the other, in the order of the heads. */
  readonly values: Iterable<Float32Array>
}

/** Bytes read or written at a time: large enough to be quick, small enough for every system's limit. */
const blockBytes = 64 * 1024 * 1024
/** Bytes looked at in a time: they stay in the processor's cache. */
const pieceBytes = 1024 * 1024

/**
 * Names, types and shapes in a safetensors file, without its values.
 *
 * @param path file to read
 * @failure not-found, file-unreadable, checkpoint-truncated, checkpoint-unrecognized
 */
export function inspectSafetensors(path: string): Promise<SafetensorsHeader> {
  return withFile(path, (file) => readSafetensorsHeader(file, path))
}

/**
 * Every tensor of a safetensors file; the values are views on one block of memory.
 *
 * @param path file to read
 * @failure not-found, file-unreadable, checkpoint-truncated, checkpoint-unrecognized
 */
export function readSafetensors(path: string): Promise<Map<string, StoredTensor>> {
  return withFile(path, async (file) => {
    const header = await readSafetensorsHeader(file, path)
    const needed = header.entries.reduce((last, entry) => Math.max(last, entry.end), 0)
    const block = new Uint8Array(new ArrayBuffer(needed))
    await readBlock(file, block, header.dataStart, path)
    return new Map(header.entries.map((entry) => [entry.name, storedTensor(entry, block)]))
  })
}

/** A tensor that was looked at, with its values where they were asked for. */
export interface ExaminedEntry {
  readonly entry: Pick<TensorEntry, 'name' | 'dtype' | 'shape'>
  readonly findings: ValueFindings
  /** null when the values were only looked at. */
  readonly tensor: StoredTensor | null
}

/**
 * Looks at every value of some of a file's tensors, all of floating-point types.
 *
 * @param path file to read
 * @param names the tensors, by the file's own names
 * @param keeps whether the values are wanted; without them the memory of a piece is enough for any file
 * @failure not-found, file-unreadable, checkpoint-truncated, checkpoint-unrecognized
 */
export function examineSafetensors(
  path: string,
  names: ReadonlySet<string>,
  keeps: boolean,
): Promise<ExaminedEntry[]> {
  return withFile(path, async (file) => {
    const header = await readSafetensorsHeader(file, path)
    const wanted = header.entries.filter(({ name }) => names.has(name))
    wanted.sort((left, right) => left.start - right.start)
    const piece = new Uint8Array(pieceBytes)
    const examined: ExaminedEntry[] = []
    for (const entry of wanted) {
      const length = entry.end - entry.start
      const kept = keeps ? new Uint8Array(length) : null
      const examination = examineValues(entry.dtype)
      for (let at = 0; at < length; at += pieceBytes) {
        const count = Math.min(pieceBytes, length - at)
        const bytes = kept === null ? piece.subarray(0, count) : kept.subarray(at, at + count)
        await readBlock(file, bytes, header.dataStart + entry.start + at, path)
        examination.look(bytes)
      }
      const { name, dtype, shape } = entry
      examined.push({
        entry,
        findings: examination.findings(),
        tensor: kept === null ? null : { name, dtype, shape, bytes: kept },
      })
    }
    return examined
  })
}

function storedTensor(entry: TensorEntry, block: Uint8Array): StoredTensor {
  const { name, dtype, shape, start, end } = entry
  return { name, dtype, shape, bytes: block.subarray(start, end) }
}

async function readBlock(file: FileHandle, block: Uint8Array, position: number, path: string): Promise<void> {
  let offset = 0
  while (offset < block.byteLength) {
    const wanted = Math.min(blockBytes, block.byteLength - offset)
    const { bytesRead } = await file.read(block, offset, wanted, position + offset)
    if (bytesRead === 0) {
      throw new LabError(
        'checkpoint-truncated',
        `${path} became shorter while it was read: ${position + block.byteLength} bytes expected, ${position + offset} found.`,
        'Copy or download the file again.',
      )
    }
    offset += bytesRead
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined
  try {
    file = await openRegularFile(path)
    return await use(file)
  } catch (thrown) {
    throw readFailure(thrown, path)
  } finally {
    await file?.close()
  }
}

/**
 * Writes float32 tensors as a safetensors file, in the order given, and forces it to disk. A file that could not be
 * finished is removed.
 *
 * @param path file to write, not read by anybody yet
 * @param tensors names must differ; of a sequence a value is asked for once all before it are written
 * @param metadata texts for the head; transformers asks for `{ format: 'pt' }`
 * @param calls file-system calls; tests replace them
 * @failure disk-full
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[] | TensorSequence,
  metadata: Readonly<Record<string, string>> = {},
  calls: FileCalls = nodeFileCalls,
): Promise<void> {
  const { heads, values } = 'heads' in tensors ? tensors : sequenceOf(tensors)
  const header = headerBytes(heads, metadata)
  const total = heads.reduce((sum, head) => sum + byteLength(head), header.byteLength)
  try {
    const file = calls.open(path, 'w')
    try {
      writeAll(file, header, calls)
      let written = 0
      for (const numbers of values) {
        const head = heads[written++]
        if (head === undefined || byteLength(head) !== numbers.byteLength)
          throw new Error(`${headText(head)} but ${numbers.length} values`)
        await writeValues(file, numbers, calls)
      }
      if (written < heads.length) throw new Error(`${headText(heads[written])} but no values`)
      calls.fsync(file)
    } finally {
      calls.close(file)
    }
  } catch (thrown) {
    removeUnfinished(path, calls)
    throw writeFailure(thrown, dirname(path), total)
  }
}

/** Block by block; between two the process may do something else. */
async function writeValues(file: number, numbers: Float32Array, calls: FileCalls): Promise<void> {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  for (let offset = 0; offset < bytes.byteLength; offset += blockBytes) {
    if (offset > 0) await new Promise((resolve) => setImmediate(resolve))
    writeAll(file, bytes.subarray(offset, offset + blockBytes), calls)
  }
}

function sequenceOf(tensors: readonly NamedTensor[]): TensorSequence {
  return { heads: tensors, values: tensors.map(({ values }) => values) }
}

function byteLength({ shape }: TensorHead): number {
  return shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT)
}

function headText(head: TensorHead | undefined): string {
  return head === undefined ? 'No tensor is left' : `${head.name}: shape [${head.shape.join(', ')}]`
}

function headerBytes(heads: readonly TensorHead[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = new Map<string, unknown>()
  if (Object.keys(metadata).length > 0) entries.set('__metadata__', metadata)
  let start = 0
  for (const head of heads) {
    const { name, shape } = head
    if (entries.has(name)) throw new Error(`Two tensors are named ${name}`)
    const end = start + byteLength(head)
    entries.set(name, { dtype: 'F32', shape, data_offsets: [start, end] })
    start = end
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8')
  // Spaces bring the data to a multiple of eight bytes, so that readers can map them.
  const padded = Math.ceil(json.byteLength / 8) * 8
  const bytes = Buffer.alloc(8 + padded, ' ')
  bytes.writeBigUInt64LE(BigInt(padded), 0)
  json.copy(bytes, 8)
  return bytes
}
