/** Folders made with those above them; every system error becomes a failure that a person can act on. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { systemErrorCode, writeFailure } from './disk-failure.ts'

/** The two system calls, so that tests can let them fail. */
export interface FolderCalls {
  /** Makes one folder below one that is there. */
  make(path: string): void
  /** What a name leads to; null when there is nothing. */
  kindOf(path: string): 'folder' | 'other' | null
}

const nodeCalls: FolderCalls = {
  make: (path) => mkdirSync(path),
  kindOf(path) {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? null : found.isDirectory() ? 'folder' : 'other'
  },
}

/**
 * Makes a folder and those above it that are missing, one after the other from the top. (Node's own recursive call asks
 * for ever where a system says of a folder below an existing one that its parent is missing, as under `/proc`.)
 *
 * @param path folder; nothing happens when it is there
 * @param calls system calls; tests replace them
 * @failure disk-full, file-unreadable
 */
export function makeFolder(path: string, calls: FolderCalls = nodeCalls): void {
  try {
    for (const missing of missingFolders(resolve(path), calls)) makeOne(missing, calls)
  } catch (thrown) {
    throw writeFailure(thrown, path)
  }
}

/** Folders that are not there, the topmost first. */
function missingFolders(path: string, calls: FolderCalls): string[] {
  const missing: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    const kind = calls.kindOf(folder)
    if (kind === 'folder') return missing.reverse()
    if (kind === 'other') throw systemError('ENOTDIR', folder)
    missing.push(folder)
    if (dirname(folder) === folder) return missing.reverse()
  }
}

function makeOne(path: string, calls: FolderCalls): void {
  try {
    calls.make(path)
  } catch (thrown) {
    // Another process may have made it a moment ago. A link to nothing has the name too, and is no folder.
    if (systemErrorCode(thrown) !== 'EEXIST' || calls.kindOf(path) !== 'folder') throw thrown
  }
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path })
}
