/** Where PyTorch's two file forms keep the pickle and the values that it refers to. */
import type { FileHandle } from 'node:fs/promises'
import { fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl'
import { systemErrorCode } from '@main/platform/disk-failure.ts'
import { dtypeBytes } from '../safetensors-header.ts'
import { BoundedFileReader } from './bounded-file-reader.ts'
import { CutShortError, PickleBytes, PickleError } from './pickle-bytes.ts'
import { readPickle, type PickleNames, type PickleValue } from './pickle.ts'
import { torchNames, TorchStorage } from './torch-objects.ts'

/** The pickle of a file, read, and the places of its storages. */
export interface TorchFileParts {
  readonly value: PickleValue
  /** Key of a storage → its first byte in the file and how many bytes it has there. */
  readonly places: ReadonlyMap<string, BytePlace>
}

/** A stretch of a file. */
export interface BytePlace {
  readonly start: number
  readonly length: number
}

/** Longest pickle that is read; that of a model with 20,000 tensors has 3 MB. */
const maxPickleBytes = 64 * 1024 * 1024

/** Parts of a zip; PyTorch writes one for each tensor. */
const maxParts = 100_000

/** What an older file begins with, as a pickled number: 0x1950a86a20f9469cfc6c in ten bytes. */
const legacyMagic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex')

/**
 * The parts of a file in zip form, PyTorch 1.6 and newer: `<name>/data.pkl` and `<name>/data/<key>`, not compressed.
 *
 * @param file open for reading
 * @throws PickleError when it is damaged or not written by PyTorch
 */
export async function zipParts(file: FileHandle): Promise<TorchFileParts> {
  const parts = await storedParts(file)
  const [pickleName, second] = [...parts.keys()].filter((name) => /^[^/]+\/data\.pkl$/u.test(name))
  if (second !== undefined) throw new PickleError('holds two models')
  const pickle = pickleName === undefined ? undefined : parts.get(pickleName)
  if (pickleName === undefined || pickle === undefined)
    throw new PickleError('is a zip archive without a data.pkl')
  const root = pickleName.slice(0, -'data.pkl'.length)
  const order = parts.get(`${root}byteorder`)
  if (order !== undefined && (await bytesAt(file, order, 16)).toString('latin1') !== 'little')
    throw new PickleError('holds values in big-endian order')
  const value = readPickle(new PickleBytes(await bytesAt(file, pickle, maxPickleBytes)), torchNames)
  const folder = `${root}data/`
  const places = [...parts].filter(([name]) => name.startsWith(folder))
  return { value, places: new Map(places.map(([name, place]) => [name.slice(folder.length), place])) }
}

/**
 * The parts of a file before PyTorch 1.6: magic number, protocol, system, the pickle, the storages' keys, then each
 * storage's number of values and the values.
 *
 * @param file open for reading
 * @param fileBytes its length
 * @throws PickleError when it is damaged or something else
 */
export async function legacyParts(file: FileHandle, fileBytes: number): Promise<TorchFileParts> {
  const head = await bytesAt(file, { start: 0, length: Math.min(fileBytes, maxPickleBytes) }, maxPickleBytes)
  if (!isLegacyTorch(head)) throw new PickleError('is neither a zip archive nor an older PyTorch file')
  const bytes = new PickleBytes(head, head.indexOf(legacyMagic) + legacyMagic.length + 1)
  const storages = new Map<string, TorchStorage>()
  const names: PickleNames = {
    ...torchNames,
    persistent(id) {
      const storage = torchNames.persistent(id)
      if (storage instanceof TorchStorage) storages.set(storage.key, storage)
      return storage
    },
  }
  if (readPickle(bytes, names) !== 1001) throw new PickleError('has a PyTorch file version that is not known')
  const system = readPickle(bytes, names)
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new PickleError('holds values in big-endian order')
  const value = readPickle(bytes, names)
  const keys = readPickle(bytes, names)
  if (!Array.isArray(keys)) throw new PickleError('has no list of its storages')
  const places = new Map<string, BytePlace>()
  let start = bytes.position
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (storage === undefined) throw new PickleError('lists a storage that no tensor refers to')
    if (places.has(storage.key)) throw new PickleError('lists a storage twice')
    const length = storage.length * dtypeBytes[storage.dtype]
    const end = start + 8 + length
    if (end > fileBytes) throw new CutShortError(`is cut short: ${end} bytes expected, ${fileBytes} found`)
    const announced = (await bytesAt(file, { start, length: 8 }, 8)).readBigUInt64LE()
    if (announced !== BigInt(storage.length))
      throw new PickleError(`has a storage of ${announced} values where ${storage.length} were announced`)
    places.set(storage.key, { start: start + 8, length })
    start = end
  }
  return { value, places }
}

/**
 * Whether a file begins as PyTorch before 1.6 wrote it.
 *
 * @param head its first bytes; 16 are enough
 */
export function isLegacyTorch(head: Uint8Array): boolean {
  // Two bytes before it say the pickle's protocol.
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).indexOf(legacyMagic) === 2
}

async function storedParts(file: FileHandle): Promise<Map<string, BytePlace>> {
  const parts = new Map<string, BytePlace>()
  const { size } = await file.stat()
  const zip = await openZip(file, size)
  if (zip.entryCount > maxParts) throw new PickleError(`is a zip archive of ${zip.entryCount} files`)
  for await (const entry of zip.eachEntry()) {
    if (parts.has(entry.fileName)) throw new PickleError(`holds ${entry.fileName} twice`)
    parts.set(entry.fileName, await placeOf(zip, entry))
  }
  refuseOverlap(parts)
  return parts
}

/** The archive's directory stands at its end: what is cut short has none. */
async function openZip(file: FileHandle, size: number): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new BoundedFileReader(file, size), size, { autoClose: false })
  } catch (thrown) {
    if (thrown instanceof PickleError || systemErrorCode(thrown) !== '' || !(thrown instanceof Error))
      throw thrown
    // The library ends its sentences with a full stop; ours go on.
    throw new CutShortError(`is cut short or damaged: ${thrown.message.replace(/\.\s*$/, '')}`)
  }
}

/** Parts that share bytes make a small file large. */
function refuseOverlap(parts: ReadonlyMap<string, BytePlace>): void {
  const ordered = [...parts].sort(([, left], [, right]) => left.start - right.start)
  ordered.forEach(([name, { start }], index) => {
    const before = ordered[index - 1]
    if (before !== undefined && before[1].start + before[1].length > start)
      throw new PickleError(`has parts that overlap: ${before[0]} and ${name}`)
  })
}

async function placeOf(zip: ZipFile, entry: Entry): Promise<BytePlace> {
  if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize)
    throw new PickleError(`holds ${entry.fileName} compressed, which PyTorch never writes`)
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  const length = entry.uncompressedSize
  if (fileDataStart + length > zip.fileSize) throw new CutShortError(`is cut short within ${entry.fileName}`)
  return { start: fileDataStart, length }
}

async function bytesAt(file: FileHandle, { start, length }: BytePlace, limit: number): Promise<Buffer> {
  if (length > limit)
    throw new PickleError(`announces a part of ${length} bytes where at most ${limit} are read`)
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, start)
  if (bytesRead < length) throw new CutShortError('became shorter while it was read')
  return bytes
}
