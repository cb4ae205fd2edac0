/** A log on disk: lines are appended as they come, and the file that grew too large makes way once. */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** Size in bytes at which a log is set aside as `….old`, before the first line of a process. */
const largest = 4 * 2 ** 20

/**
 * Opens a log. A log that cannot be written is no reason to stop: the lines then go to standard error alone.
 *
 * @param path of the file; its folder is made
 * @returns writes one line, newline included, to the file and to standard error
 */
export function openLogFile(path: string): (line: string) => void {
  let isWritable: boolean | null = null
  return (line) => {
    process.stderr.write(line)
    isWritable ??= prepare(path)
    if (!isWritable) return
    try {
      // Opened anew for each line: other threads and processes write to the same file, and may set it aside.
      appendFileSync(path, line)
    } catch {
      isWritable = false
    }
  }
}

function prepare(path: string): boolean {
  try {
    makeFolder(dirname(path))
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > largest) renameSync(path, `${path}.old`)
    return true
  } catch {
    return false
  }
}
