/** Reads a data file from disk. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { readFailure } from '@main/platform/disk-failure.ts'
import { readRegularFile } from '@main/platform/regular-file.ts'
import { LabError } from '@shared/failures/failure.ts'

/** A JavaScript string holds little more than half a GiB. */
const mostFileBytes = 400 * 1024 ** 2

/** A file's content and its digest. */
export interface DataFile {
  /** The file as the person gave it. */
  readonly path: string
  readonly bytes: Buffer
  readonly sha256: string
}

/**
 * Reads the whole file. Pipes and devices are refused before they are opened, and large files before they are read.
 *
 * @param path file to read; links are followed
 * @failure not-found, file-unreadable
 */
export async function readDataFile(path: string): Promise<DataFile> {
  const mebibytes = Math.ceil((await sizeOf(path)) / 1024 ** 2)
  if (mebibytes > mostFileBytes / 1024 ** 2) {
    throw new LabError(
      'file-unreadable',
      `${path} has ${mebibytes} MiB; at most ${mostFileBytes / 1024 ** 2} MiB are read.`,
      'Keep only the rows and columns that are needed.',
    )
  }
  const bytes = await readRegularFile(path, mostFileBytes)
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}
