/**
 * The head of a safetensors file: names, types, shapes and places of its tensors, checked before a byte of them is read.
 *
 * @source Format description of the safetensors project: 8 bytes little-endian length, JSON header, data.
 */
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'

/** Bytes of one value, by the format's type names. */
export const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const

/** Type of a stored tensor's values. */
export type StoredDtype = keyof typeof dtypeBytes

/** One tensor's entry in the head. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
  /** First byte, counted from the start of the data. */
  readonly start: number
  /** Byte behind the last, counted from the start of the data. */
  readonly end: number
}

/** The head of a file. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Where the data start in the file. */
  readonly dataStart: number
  /** Bytes of data that the file holds. */
  readonly dataBytes: number
}

/** Longest head that is read, as the reference implementation limits it. */
export const maxHeaderBytes = 100_000_000

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})

/**
 * Reads and checks the head of an open safetensors file.
 *
 * @param file open for reading
 * @param path its path, for messages
 * @failure checkpoint-truncated when data are missing, checkpoint-unrecognized when it is no safetensors file
 */
export async function readSafetensorsHeader(file: FileHandle, path: string): Promise<SafetensorsHeader> {
  const fileBytes = (await file.stat()).size
  if (fileBytes < 8) throw truncated(path, '8 bytes for the length of the header', fileBytes)
  const lengthBytes = Buffer.alloc(8)
  await file.read(lengthBytes, 0, 8, 0)
  const headerBytes = lengthBytes.readBigUInt64LE()
  if (headerBytes > BigInt(maxHeaderBytes) || headerBytes < 2n) {
    throw notSafetensors(path, `its first eight bytes announce a header of ${headerBytes} bytes`)
  }
  const dataStart = 8 + Number(headerBytes)
  if (dataStart > fileBytes) {
    // The JSON head begins with a brace; a file that does not have it there is something else rather than cut short.
    const firstByte = Buffer.alloc(1)
    await file.read(firstByte, 0, 1, 8)
    if (firstByte.toString('latin1') !== '{')
      throw notSafetensors(path, 'no header follows its first eight bytes')
    throw truncated(path, `${dataStart} bytes for the header alone`, fileBytes)
  }
  const text = Buffer.alloc(Number(headerBytes))
  await file.read(text, 0, text.length, 8)
  const { entries, metadata } = parseHeader(text.toString('utf8'), path)
  const dataBytes = fileBytes - dataStart
  checkPlaces(entries, path, dataStart, fileBytes)
  return { entries, metadata, dataStart, dataBytes }
}

function parseHeader(
  text: string,
  path: string,
): { readonly entries: readonly TensorEntry[]; readonly metadata: Readonly<Record<string, string>> } {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw notSafetensors(path, 'its header is no JSON')
  }
  const header = z.record(z.string(), z.unknown()).safeParse(parsed)
  if (!header.success) throw notSafetensors(path, 'its header is no JSON object')
  const { __metadata__: rawMetadata, ...rawEntries } = header.data
  const metadata = z.record(z.string(), z.string()).safeParse(rawMetadata ?? {})
  if (!metadata.success) throw notSafetensors(path, 'its metadata are not texts')
  return {
    entries: Object.entries(rawEntries).map(([name, entry]) => parseEntry(name, entry, path)),
    metadata: metadata.data,
  }
}

function parseEntry(name: string, raw: unknown, path: string): TensorEntry {
  const entry = entrySchema.safeParse(raw)
  if (!entry.success) throw notSafetensors(path, `the entry of tensor ${name} is malformed`)
  const { dtype, shape, data_offsets } = entry.data
  if (!isStoredDtype(dtype)) {
    throw new LabError(
      'checkpoint-unrecognized',
      `${path}: tensor ${name} has the type ${dtype}; known are ${Object.keys(dtypeBytes).join(', ')}.`,
      'Save the checkpoint in float32, float16 or bfloat16.',
    )
  }
  const [start, end] = data_offsets
  const needed = shape.reduce((product, size) => product * size, 1) * dtypeBytes[dtype]
  if (end - start !== needed) {
    throw notSafetensors(
      path,
      `tensor ${name} of shape [${shape.join(', ')}] and type ${dtype} needs ${needed} bytes, its place has ${end - start}`,
    )
  }
  return { name, dtype, shape, start, end }
}

function isStoredDtype(text: string): text is StoredDtype {
  return Object.hasOwn(dtypeBytes, text)
}

/** Every tensor lies inside the file and none on top of another. */
function checkPlaces(
  entries: readonly TensorEntry[],
  path: string,
  dataStart: number,
  fileBytes: number,
): void {
  const needed = entries.reduce((last, entry) => Math.max(last, entry.end), 0)
  if (dataStart + needed > fileBytes) throw truncated(path, `${dataStart + needed} bytes`, fileBytes)
  const filled = entries
    .filter((entry) => entry.end > entry.start)
    .sort((left, right) => left.start - right.start)
  filled.forEach((entry, index) => {
    const before = filled[index - 1]
    if (before !== undefined && entry.start < before.end) {
      throw notSafetensors(path, `tensors ${before.name} and ${entry.name} overlap`)
    }
  })
}

function truncated(path: string, expected: string, found: number): LabError {
  return new LabError(
    'checkpoint-truncated',
    `${path} is cut short: ${expected} expected, ${found} bytes found.`,
    'Copy or download the file again.',
  )
}

function notSafetensors(path: string, reason: string): LabError {
  return new LabError(
    'checkpoint-unrecognized',
    `${path} is not a valid safetensors file: ${reason}.`,
    'Export the checkpoint again with save_pretrained(…, safe_serialization=True).',
  )
}
