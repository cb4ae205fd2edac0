import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { extractZipEntry, readZipEntries } from './zip-archive.mjs'

const folder = mkdtempSync(join(tmpdir(), 'zip-archive-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** A zip archive of files, written by the book: APPNOTE 4.3.7, 4.3.12, 4.3.16. */
function zipOf(files: Record<string, { content: string; stored?: boolean }>, comment = ''): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, { content, stored }] of Object.entries(files)) {
    const packed = stored ? Buffer.from(content) : deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(stored ? 0 : 8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(Buffer.byteLength(content), 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const localExtra = Buffer.from('extra')
    const local = Buffer.from(common)
    local.writeUInt16LE(localExtra.length, 24)
    const body = Buffer.concat([mark(0x04034b50), local, Buffer.from(name), localExtra, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(mark(0x02014b50), Buffer.from([20, 0]), common, tail, Buffer.from(name))
    bodies.push(body)
    offset += body.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(offset, 12)
  end.writeUInt16LE(comment.length, 16)
  return Buffer.concat([...bodies, listed, mark(0x06054b50), end, Buffer.from(comment)])
}

function mark(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

describe('reading a zip archive', () => {
  const archive = join(folder, 'a.zip')
  const text = 'attention is all you need\n'.repeat(100_000)

  it.each(['', 'a comment at the end'])(
    'unpacks stored, deflated and empty entries (comment: "%s")',
    async (comment) => {
      writeFileSync(
        archive,
        zipOf(
          {
            'a/deflated': { content: text },
            stored: { content: 'plain', stored: true },
            empty: { content: '', stored: true },
          },
          comment,
        ),
      )

      const entries = await readZipEntries(archive)
      for (const entry of entries.values())
        await extractZipEntry(archive, entry, join(folder, 'out', entry.name))

      expect([...entries.keys()]).toEqual(['a/deflated', 'stored', 'empty'])
      expect(readFileSync(join(folder, 'out/a/deflated'), 'utf8')).toBe(text)
      expect(readFileSync(join(folder, 'out/stored'), 'utf8')).toBe('plain')
      expect(readFileSync(join(folder, 'out/empty'), 'utf8')).toBe('')
    },
  )

  it('says what to do about an archive that is cut short', async () => {
    const bytes = zipOf({ name: { content: text } })
    writeFileSync(archive, bytes)
    truncateSync(archive, bytes.length - 30)

    await expect(readZipEntries(archive)).rejects.toThrow(
      /cut short: delete it and run the same command again/,
    )
  })
})
