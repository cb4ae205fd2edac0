/** Checkpoints that come in an archive: unpacked into the data folder, then looked at like any folder. */
import { basename, join } from 'node:path'
import { inspectCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { unpackCheckpoint } from '@main/checkpoints/checkpoint-archive.ts'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { unfinishedName } from '@main/platform/durable-file.ts'
import { removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls } from '@main/platform/file-calls.ts'
import { removeLeftovers } from '@main/platform/leftovers.ts'
import { replaceFolder } from '@main/platform/replace-folder.ts'
import type { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'

/**
 * Unpacks the checkpoint in an archive and describes it; messages name the archive. The folder has its name once it passed
 * every check; the same content again takes its place.
 *
 * @param path zip archive or wheel
 * @param library knows where it is unpacked
 * @param addedAt ISO 8601
 * @failure every code of unpacking and of `inspectCheckpointFolder`
 */
export async function importArchive(
  path: string,
  library: CheckpointLibrary,
  addedAt: string,
): Promise<CheckpointSummary> {
  const name = basename(path).replace(/\.(zip|whl)$/i, '')
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'checkpoint'
  const temporary = unfinishedName(join(library.unpackedPath, 'new'))
  const unpacked = join(temporary, plain)
  try {
    nodeFileCalls.makeFolder(library.unpackedPath)
    removeLeftovers(library.unpackedPath, nodeFileCalls)
    await unpackCheckpoint(path, unpacked)
    const summary = await inspectCheckpointFolder(unpacked, addedAt)
    const folder = join(library.unpackedPath, summary.checkpointId)
    replaceFolder(temporary, folder)
    return { ...summary, folder: join(folder, plain) }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw writeFailure(thrown, library.unpackedPath)
    throw new LabError(thrown.code, thrown.message.replaceAll(unpacked, path), thrown.hint, { cause: thrown })
  } finally {
    removeUnfinished(temporary, nodeFileCalls)
  }
}
