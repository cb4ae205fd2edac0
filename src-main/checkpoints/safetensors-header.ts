/**
 * The head of a safetensors file: names, types, shapes and places of its tensors, checked before a byte of them is read.
 *
 * @source Format description of the safetensors project: 8 bytes little-endian length, JSON header, data.
 */
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { DocumentProblem, decodeUtf8, parseJsonDocument } from '@main/platform/json-document.ts'
import { LabError } from '@shared/failures/failure.ts'
import { refuseStandIn } from './checkpoint-text.ts'
import { standInBytes } from './stand-in-content.ts'

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

/** Longest head that is read: of the largest encoders it is below 1 MB. The reference implementation allows 100 MB. */
export const maxHeaderBytes = 16_000_000

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
  await refuseOtherContent(file, path)
  if (fileBytes < 8) throw truncated(path, '8 bytes for the length of the header', fileBytes)
  const lengthBytes = Buffer.alloc(8)
  await file.read(lengthBytes, 0, 8, 0)
  const headerBytes = lengthBytes.readBigUInt64LE()
  if (headerBytes > BigInt(maxHeaderBytes) || headerBytes < 2n) {
    throw notSafetensors(
      path,
      `its first eight bytes announce a header of ${headerBytes} bytes (at most ${maxHeaderBytes.toLocaleString('en-US')} are read)`,
    )
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
  const { entries, metadata } = parseHeader(text, path)
  const dataBytes = fileBytes - dataStart
  checkPlaces(entries, path, dataStart, fileBytes)
  return { entries, metadata, dataStart, dataBytes }
}

/** A pointer, a web page or another form of weights is named; what looks like a head's length is left to the checks. */
async function refuseOtherContent(file: FileHandle, path: string): Promise<void> {
  const beginning = Buffer.alloc(standInBytes)
  const { bytesRead } = await file.read(beginning, 0, standInBytes, 0)
  // Behind the length of a real head stands a brace.
  if (beginning[8] !== 0x7b) refuseStandIn(beginning.subarray(0, bytesRead), path, 'checkpoint-unrecognized')
}

function parseHeader(
  bytes: Uint8Array,
  path: string,
): { readonly entries: readonly TensorEntry[]; readonly metadata: Readonly<Record<string, string>> } {
  let parsed: unknown
  try {
    const { value, repeatedKeys } = parseJsonDocument(decodeUtf8(bytes))
    const [repeated] = repeatedKeys
    if (repeated !== undefined) throw new DocumentProblem(`names ${repeated} twice`, '')
    parsed = value
  } catch (thrown) {
    if (!(thrown instanceof DocumentProblem)) throw thrown
    throw notSafetensors(path, `its header ${thrown.message}`)
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
      `${path}: tensor ${name} has the type ${dtype.slice(0, 20)}; known are ${Object.keys(dtypeBytes).join(', ')}.`,
      'Choose the model’s checkpoint in float32, float16 or bfloat16; rounded weights (8 bits and fewer) cannot be trained.',
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

/** The tensors fill the data one after the other, as the format asks: a head of the wrong length would shift them all. */
function checkPlaces(
  entries: readonly TensorEntry[],
  path: string,
  dataStart: number,
  fileBytes: number,
): void {
  const needed = entries.reduce((last, entry) => Math.max(last, entry.end), 0)
  if (dataStart + needed > fileBytes) throw truncated(path, `${dataStart + needed} bytes`, fileBytes)
  const ordered = entries
    .filter((entry) => entry.end > entry.start)
    .sort((left, right) => left.start - right.start)
  ordered.forEach((entry, index) => {
    const before = ordered[index - 1]
    const end = before?.end ?? 0
    if (before !== undefined && entry.start < end)
      throw notSafetensors(path, `tensors ${before.name} and ${entry.name} overlap`)
    if (entry.start > end)
      throw notSafetensors(path, `${entry.start - end} bytes before tensor ${entry.name} belong to no tensor`)
  })
  const rest = fileBytes - dataStart - needed
  if (rest > 0) throw notSafetensors(path, `${rest} bytes behind the last tensor belong to no tensor`)
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
    'Copy or download the file again, or export the checkpoint again with save_pretrained(…, safe_serialization=True).',
  )
}
