/** Reads a data file from disk, whole or its beginning. */
import { createHash } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { readFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'
import { decodeFileText, type FileText } from './file-text.ts'

/** A JavaScript string holds little more than half a GiB. */
const mostFileBytes = 400 * 1024 ** 2
const newline = 0x0a

/**
 * A file's text and the digest of its bytes.
 *
 * @param path file to read
 * @failure not-found, file-unreadable, file-empty, file-binary
 */
export async function readDataFile(path: string): Promise<FileText & { readonly sha256: string }> {
  const bytes = await readBytes(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { ...decodeFileText(bytes, path), sha256 }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) {
      throw new LabError('file-unreadable', `${path} is a folder; a file was expected.`, 'Check the path.')
    }
    // Reading a pipe or a device might never end.
    if (!found.isFile()) {
      throw new LabError('file-unreadable', `${path} is not a regular file.`, 'Copy its content into a file.')
    }
    if (found.size > mostFileBytes) {
      throw new LabError(
        'file-unreadable',
        `${path} has ${Math.ceil(found.size / 1024 ** 2)} MiB; at most ${mostFileBytes / 1024 ** 2} MiB are read.`,
        'Split the file, or keep only the rows that are needed.',
      )
    }
    return await readFile(path)
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

/**
 * The first whole lines of a file.
 *
 * @param path file to read
 * @param mostBytes bytes read at most
 * @failure not-found, file-unreadable, file-empty, file-binary
 */
export async function readFirstLines(path: string, mostBytes: number): Promise<FileText> {
  let beginning: Buffer
  try {
    if (!(await stat(path)).isFile()) throw new LabError('file-unreadable', `${path} is not a regular file.`)
    const file = await open(path)
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
      beginning = buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  if (beginning.length < mostBytes) return decodeFileText(beginning, path)
  const lastNewline = beginning.lastIndexOf(newline)
  const lines = decodeFileText(lastNewline < 0 ? beginning : beginning.subarray(0, lastNewline + 1), path)
  // The cut may have gone through a quoted CSV field: close it.
  const quotes = lines.text.split('"').length - 1
  return quotes % 2 === 0 ? lines : { ...lines, text: `${lines.text}"` }
}
