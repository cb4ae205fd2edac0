/** A checkpoint folder packed into a zip archive or a Python wheel: found in it, and unpacked with limits. */
import type { FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { fromRandomAccessReaderPromise, type Entry } from 'yauzl'
import { readFailure, systemErrorCode, writeFailure } from '@main/platform/disk-failure.ts'
import { syncFolder, writeAll } from '@main/platform/durable-file.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { openRegularFile } from '@main/platform/regular-file.ts'
import { LabError } from '@shared/failures/failure.ts'
import { isCheckpointFileName, isCheckpointListing } from './checkpoint-files.ts'
import { BoundedFileReader } from './torch/bounded-file-reader.ts'

/** Entries of an archive; a wheel with a whole program beside its model has some thousands. */
const maxEntries = 100_000
/** Weights shrink to four fifths when packed, texts to a tenth; what shrinks more is made to fill a disk. */
const mostShrinking = 100
const pieceBytes = 1024 * 1024

/** A file of the checkpoint within the archive. */
interface PackedFile {
  /** Without folders. */
  readonly name: string
  readonly start: number
  readonly packedBytes: number
  readonly bytes: number
  readonly isDeflated: boolean
  readonly crc32: number
}

/**
 * Whether a file is a zip archive by its content and does not claim to be weights: PyTorch's files are archives too.
 *
 * @param path what a person chose
 */
export async function isArchive(path: string): Promise<boolean> {
  if (/\.(bin|pt|pth|ckpt|safetensors)$/i.test(path)) return false
  return withFile(path, async (file) => {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.toString('latin1') === 'PK\u0003\u0004'
  }).catch((thrown: unknown) => {
    if (thrown instanceof LabError) return false
    throw thrown
  })
}

/**
 * Whether an archive holds a checkpoint, or more than one.
 *
 * @param path a zip archive
 */
export async function holdsCheckpoint(path: string): Promise<boolean> {
  try {
    return await withFile(path, async (file) => checkpointFolders(await entriesOf(file, path)).length > 0)
  } catch (thrown) {
    if (thrown instanceof LabError) return false
    throw thrown
  }
}

/**
 * Unpacks the files of the one checkpoint in an archive, wherever in it they lie; nothing else is unpacked.
 *
 * @param path a zip archive
 * @param folder made; receives the files
 * @param calls file-system calls; tests replace them
 * @failure not-found, file-unreadable, disk-full; checkpoint-truncated; checkpoint-unrecognized when there is none, more
 *   than one, or the archive is damaged or made to harm
 */
export async function unpackCheckpoint(
  path: string,
  folder: string,
  calls: FileCalls = nodeFileCalls,
): Promise<void> {
  await withFile(path, async (file) => {
    const entries = await entriesOf(file, path)
    const [inner, second] = checkpointFolders(entries)
    if (inner === undefined)
      throw refuse(
        path,
        'holds no checkpoint: no folder in it has config.json and weights',
        'Unpack the archive, and choose the folder that holds config.json.',
      )
    if (second !== undefined)
      throw refuse(
        path,
        `holds more than one checkpoint: in “${inner}” and in “${second}”`,
        'Unpack the archive, and choose the folder of one of them.',
      )
    const own = entries.filter(
      ({ fileName }) =>
        fileName.startsWith(inner) &&
        !fileName.slice(inner.length).includes('/') &&
        isCheckpointFileName(fileName.slice(inner.length)),
    )
    const files = await placesOf(file, own, path)
    calls.makeFolder(folder)
    for (const packed of files) await unpackFile({ file, path }, packed, join(folder, packed.name), calls)
    syncFolder(folder, calls)
  })
}

/** Folders, each with its last slash, that hold configuration and weights. */
function checkpointFolders(entries: readonly Entry[]): string[] {
  const names = new Map<string, Set<string>>()
  for (const { fileName } of entries) {
    const cut = fileName.lastIndexOf('/') + 1
    // What a Mac adds to every archive.
    if (fileName.startsWith('__MACOSX/')) continue
    const folder = fileName.slice(0, cut)
    names.set(folder, (names.get(folder) ?? new Set()).add(fileName.slice(cut)))
  }
  return [...names].filter(([, listing]) => isCheckpointListing(listing)).map(([folder]) => folder)
}

async function entriesOf(file: FileHandle, path: string): Promise<Entry[]> {
  const { size } = await file.stat()
  try {
    const zip = await fromRandomAccessReaderPromise(new BoundedFileReader(file, size), size, {
      autoClose: false,
    })
    if (zip.entryCount > maxEntries) throw refuse(path, `has ${zip.entryCount} entries`)
    const entries = new Map<string, Entry>()
    for await (const entry of zip.eachEntry()) {
      // yauzl refuses names that lead out: absolute ones, and those with “..”.
      if (entries.has(entry.fileName)) throw refuse(path, `holds ${entry.fileName.slice(0, 100)} twice`)
      if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
        throw refuse(path, `holds a link, ${entry.fileName.slice(0, 100)}`)
      entries.set(entry.fileName, entry)
    }
    return [...entries.values()]
  } catch (thrown) {
    throw damaged(path, thrown)
  }
}

async function placesOf(file: FileHandle, entries: readonly Entry[], path: string): Promise<PackedFile[]> {
  const { size } = await file.stat()
  const files: PackedFile[] = []
  for (const entry of entries) {
    const name = basename(entry.fileName)
    const isDeflated = entry.compressionMethod === 8
    if ((entry.generalPurposeBitFlag & 1) === 1) throw refuse(path, `is encrypted (${name})`)
    if (!isDeflated && entry.compressionMethod !== 0)
      throw refuse(path, `packs ${name} by method ${entry.compressionMethod}`)
    const { compressedSize: packedBytes, uncompressedSize: bytes } = entry
    if (bytes > mostShrinking * packedBytes + pieceBytes || (!isDeflated && bytes !== packedBytes))
      throw refuse(path, `announces ${bytes} bytes of ${name} out of ${packedBytes}`)
    // Written so that NaN is refused too.
    if (!(entry.relativeOffsetOfLocalHeader < size && packedBytes <= size))
      throw cutShort(path, `it ends before ${name}`)
    const start = await dataStart(file, entry, path)
    if (start + packedBytes > size) throw cutShort(path, `it ends within ${name}`)
    files.push({ name, start, packedBytes, bytes, isDeflated, crc32: entry.crc32 })
  }
  files.sort((left, right) => left.start - right.start)
  files.forEach(({ name, start }, index) => {
    const before = files[index - 1]
    if (before !== undefined && before.start + before.packedBytes > start)
      throw refuse(path, `has entries that overlap: ${before.name} and ${name}`)
  })
  return files
}

/** The entry's own head repeats its name and has a length of its own. */
async function dataStart(file: FileHandle, entry: Entry, path: string): Promise<number> {
  const head = Buffer.alloc(30)
  const { bytesRead } = await file.read(head, 0, head.length, entry.relativeOffsetOfLocalHeader)
  if (bytesRead < head.length) throw cutShort(path, `it ends before ${basename(entry.fileName)}`)
  if (head.readUInt32LE(0) !== 0x04034b50)
    throw refuse(path, `has no ${basename(entry.fileName)} at its place`)
  return entry.relativeOffsetOfLocalHeader + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
}

/** Ends as soon as more comes out than was announced. */
async function unpackFile(
  { file, path }: { readonly file: FileHandle; readonly path: string },
  packed: PackedFile,
  target: string,
  calls: FileCalls,
): Promise<void> {
  const stored = Readable.from(piecesOf(file, packed), { objectMode: false })
  const content = packed.isDeflated ? stored.pipe(createInflateRaw()) : stored
  const output = calls.open(target, 'w')
  let [length, checksum] = [0, 0]
  try {
    stored.on('error', (thrown) => content.destroy(thrown))
    for await (const piece of content as AsyncIterable<Buffer>) {
      length += piece.length
      if (length > packed.bytes) throw refuse(path, `holds more of ${packed.name} than it announces`)
      checksum = crc32(piece, checksum)
      writeAll(output, piece, calls)
    }
    calls.fsync(output)
  } catch (thrown) {
    throw damaged(path, writeFailure(thrown, target))
  } finally {
    stored.destroy()
    calls.close(output)
  }
  if (length !== packed.bytes) throw cutShort(path, `${packed.name} has ${length} of ${packed.bytes} bytes`)
  if (checksum !== packed.crc32) throw refuse(path, `is damaged: the checksum of ${packed.name} is another`)
}

async function* piecesOf(file: FileHandle, { start, packedBytes }: PackedFile): AsyncGenerator<Buffer> {
  for (let at = 0; at < packedBytes;) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, packedBytes - at))
    const { bytesRead } = await file.read(piece, 0, piece.length, start + at)
    if (bytesRead === 0) return
    at += bytesRead
    yield piece.subarray(0, bytesRead)
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

/** yauzl and zlib throw errors of their own about what they find; the system's, and ours, stay what they are. */
function damaged(path: string, thrown: unknown): unknown {
  if (thrown instanceof LabError || !(thrown instanceof Error)) return thrown
  const code = systemErrorCode(thrown)
  if (code !== '' && !code.startsWith('Z_')) return thrown
  return refuse(path, `is damaged: ${thrown.message.slice(0, 200).replace(/\.$/, '')}`)
}

const again = 'Copy or download the archive again, or unpack it and choose the folder it holds.'

function refuse(path: string, finding: string, hint: string = again): LabError {
  return new LabError('checkpoint-unrecognized', `${path} ${finding}.`, hint)
}

function cutShort(path: string, finding: string): LabError {
  return new LabError('checkpoint-truncated', `${path} is cut short: ${finding}.`, again)
}
