/** Copies a checkpoint to a place of a person's choice: what other programs load, and nothing of the run around it. */
import { dirname, join, resolve } from 'node:path'
import { readFailure, systemErrorCode, writeFailure } from '@main/platform/disk-failure.ts'
import { syncFolder, unfinishedName, writeAll } from '@main/platform/durable-file.ts'
import { removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { replaceFolder } from '@main/platform/replace-folder.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import { inspectCheckpointFolder } from './checkpoint-folder.ts'

const pieceBytes = 4 * 1024 * 1024

/**
 * Copies configuration, weights and tokenizer, after every check that a run makes of them. The copy has its name once all
 * of it is on disk.
 *
 * @param from a checkpoint folder
 * @param to where the copy shall be: nothing, or an empty folder
 * @param calls file-system calls; tests replace them
 * @returns what was copied; `folder` is the copy
 * @failure invalid-argument when something is at `to`; disk-full, file-unreadable; every code of reading a checkpoint
 */
export async function copyCheckpointFolder(
  from: string,
  to: string,
  calls: FileCalls = nodeFileCalls,
): Promise<CheckpointSummary> {
  const folder = resolve(to)
  refuseTaken(folder, calls)
  const summary = await inspectCheckpointFolder(from, new Date().toISOString())
  const temporary = unfinishedName(folder)
  try {
    calls.makeFolder(dirname(folder))
    calls.makeFolder(temporary)
    for (const { path } of summary.files) await copyFile(join(from, path), join(temporary, path), calls)
    syncFolder(temporary, calls)
    refuseTaken(folder, calls)
    replaceFolder(temporary, folder, calls)
  } catch (thrown) {
    removeUnfinished(temporary, calls)
    throw writeFailure(thrown, dirname(folder))
  }
  return { ...summary, folder }
}

/** Nothing of a person's is replaced. */
function refuseTaken(folder: string, calls: FileCalls): void {
  const found = statIfPresent(folder, calls)
  if (found === null) return
  if (found.isDirectory() && listed(folder, calls) === 0) return
  throw new LabError(
    'invalid-argument',
    `${folder} is ${found.isDirectory() ? 'a folder that is not empty' : 'a file'}; nothing in it was changed.`,
    'Give the name of a folder that does not exist yet.',
  )
}

function listed(folder: string, calls: FileCalls): number {
  try {
    return calls.list(folder).length
  } catch (thrown) {
    throw systemErrorCode(thrown) === '' ? thrown : readFailure(thrown, folder)
  }
}

async function copyFile(from: string, to: string, calls: FileCalls): Promise<void> {
  const source = calls.open(from, 'r')
  try {
    const target = calls.open(to, 'w')
    try {
      const piece = Buffer.allocUnsafe(pieceBytes)
      for (;;) {
        const length = await calls.readLater(source, piece, 0, piece.length, null)
        if (length === 0) break
        writeAll(target, piece.subarray(0, length), calls)
      }
      calls.fsync(target)
    } finally {
      calls.close(target)
    }
  } finally {
    calls.close(source)
  }
}
