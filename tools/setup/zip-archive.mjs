/**
 * Reads single files out of a zip archive (a Python wheel is one) without unpacking the rest.
 *
 * Format: PKWARE APPNOTE 6.3.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record).
 * Stored and deflated entries, no zip64: enough for archives below 4 GB.
 */
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { SetUpFailure } from './set-up-failure.mjs'

const endRecordMark = 0x06054b50
const entryMark = 0x02014b50
/** End record without its comment, which may be up to 65,535 bytes long. */
const endRecordBytes = 22
const localHeaderBytes = 30

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} method 0 stored, 8 deflated
 * @property {number} packedBytes
 * @property {number} bytes
 * @property {number} headerOffset
 */

/**
 * The archive's table of contents.
 *
 * @param {string} archive
 * @returns {Promise<Map<string, ZipEntry>>} by name
 */
export async function readZipEntries(archive) {
  const file = await open(archive, 'r')
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, endRecordBytes + 0xffff))
    await file.read(tail, 0, tail.length, size - tail.length)
    const end = lastEndRecord(tail)
    if (end < 0)
      throw new SetUpFailure(
        `${archive} is no zip archive or is cut short: delete it and run the same command again.`,
      )
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12))
    await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16))
    return parseDirectory(directory)
  } finally {
    await file.close()
  }
}

/**
 * Unpacks one entry into a file.
 *
 * @param {string} archive
 * @param {ZipEntry} entry
 * @param {string} destination
 * @returns {Promise<void>}
 */
export async function extractZipEntry(archive, entry, destination) {
  const header = Buffer.alloc(localHeaderBytes)
  const file = await open(archive, 'r')
  try {
    await file.read(header, 0, header.length, entry.headerOffset)
  } finally {
    await file.close()
  }
  const start = entry.headerOffset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
  mkdirSync(dirname(destination), { recursive: true })
  if (entry.packedBytes === 0) await writeFile(destination, '')
  else {
    const chunk = 1 << 20
    const output = createWriteStream(destination, { highWaterMark: chunk })
    const packed = createReadStream(archive, {
      start,
      end: start + entry.packedBytes - 1,
      highWaterMark: chunk,
    })
    if (entry.method === 0) await pipeline(packed, output)
    else await pipeline(packed, createInflateRaw({ chunkSize: chunk }), output)
  }
  const { size } = await stat(destination)
  if (size !== entry.bytes) {
    throw new SetUpFailure(
      `${entry.name} came out of ${archive} with ${size} bytes instead of ${entry.bytes}: delete the archive and run the same command again.`,
    )
  }
}

/**
 * @param {Buffer} tail
 * @returns {number} −1 when there is none
 */
function lastEndRecord(tail) {
  for (let at = tail.length - endRecordBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endRecordMark) return at
  }
  return -1
}

/**
 * @param {Buffer} directory
 * @returns {Map<string, ZipEntry>}
 */
function parseDirectory(directory) {
  const entries = new Map()
  let at = 0
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === entryMark) {
    const nameBytes = directory.readUInt16LE(at + 28)
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes)
    entries.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}
