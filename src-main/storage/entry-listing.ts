/** Lists of what the data folder keeps: the good entries, and beside them those that cannot be read. */
import { join } from 'node:path'
import { readFailure, systemErrorCode } from '@main/platform/disk-failure.ts'
import { isUnfinished } from '@main/platform/durable-file.ts'
import { nodeFileCalls } from '@main/platform/file-calls.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'
import { isIdentifier, sectionFolder, type HomeSection } from './lab-home.ts'

/** An entry that could not be read; the others are listed all the same. */
export interface UnreadableEntry {
  readonly path: string
  readonly failure: Failure
}

/** A list with its problems. */
export interface Listing<T> {
  readonly entries: readonly T[]
  readonly unreadable: readonly UnreadableEntry[]
}

/**
 * Names of the entries of one kind, unfinished ones left out, in alphabetical order.
 *
 * @param home data folder
 * @param section kind of things
 */
export function entryNames(home: string, section: HomeSection): string[] {
  const folder = sectionFolder(home, section)
  try {
    return nodeFileCalls
      .list(folder)
      .filter((name) => isIdentifier(name) && !isUnfinished(name))
      .sort()
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'ENOENT') return []
    throw readFailure(thrown, folder)
  }
}

/**
 * Reads every entry of one kind; an expected failure of one of them is noted and does not hide the others.
 *
 * @param home data folder
 * @param section kind of things
 * @param read reads one entry by the name it has in the folder
 */
export function listEntries<T>(home: string, section: HomeSection, read: (name: string) => T): Listing<T> {
  const entries: T[] = []
  const unreadable: UnreadableEntry[] = []
  for (const name of entryNames(home, section)) {
    try {
      entries.push(read(name))
    } catch (thrown) {
      if (!(thrown instanceof LabError)) throw thrown
      unreadable.push({ path: join(sectionFolder(home, section), name), failure: thrown.toFailure() })
    }
  }
  return { entries, unreadable }
}
