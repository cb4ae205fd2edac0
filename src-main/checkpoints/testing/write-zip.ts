/** Zip archives of a few files, whole or with flaws, as tests need them. */
import { crc32, deflateRawSync } from 'node:zlib'

/** A file to be packed, and what is wrong with it. */
export interface PackedFile {
  /** With folders. */
  readonly name: string
  readonly content: Uint8Array | string
  /** Packed without compression when left out. */
  readonly deflated?: boolean
  /** Size that the archive announces; the true one when left out. */
  readonly announcedBytes?: number
  /** Checksum that the archive announces; the true one when left out. */
  readonly checksum?: number
  /** Mode of a Unix file, such as 0o120777 for a link. */
  readonly unixMode?: number
  /** Uses the bytes of the file before this one instead of its own. */
  readonly sharesBytes?: boolean
}

/**
 * The bytes of an archive.
 *
 * @param files in their order
 */
export function zipOf(files: readonly PackedFile[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let [position, lastPlace] = [0, 0]
  for (const file of files) {
    const content = Buffer.from(file.content)
    const packed = file.deflated === true ? deflateRawSync(content) : content
    const name = Buffer.from(file.name, 'utf8')
    // Version 2.0, names in UTF-8, method, time and date, checksum, sizes, length of the name, nothing extra.
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800, 2)
    fields.writeUInt16LE(file.deflated === true ? 8 : 0, 4)
    fields.writeUInt32LE(file.checksum ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(file.announcedBytes ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const place = file.sharesBytes === true ? lastPlace : position
    if (file.sharesBytes !== true) {
      const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, name, packed])
      bodies.push(local)
      lastPlace = position
      position += local.length
    }
    const entry = Buffer.alloc(46)
    entry.write('504b01021403', 0, 'hex')
    fields.copy(entry, 6)
    entry.writeUInt32LE(((file.unixMode ?? 0o100644) << 16) >>> 0, 38)
    entry.writeUInt32LE(place, 42)
    directory.push(entry, name)
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('504b0506', 0, 'hex')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(position, 16)
  return Buffer.concat([...bodies, listing, end])
}
