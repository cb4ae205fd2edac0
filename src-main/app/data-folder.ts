/** Whether the data folder can be used at all; without it the app has nowhere to keep even its window's place. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { LabError } from '@shared/failures/failure.ts'

/**
 * Makes a folder for the desktop app's own files in the data folder, if it is not there.
 *
 * @param path of the folder
 * @failure file-unreadable when it cannot be made or written
 */
export function prepareDesktopFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LabError(
      'file-unreadable',
      `The data folder cannot be written: ${reason}.`,
      'Make it writable, or set LAB_HOME to a folder that is.',
      { cause },
    )
  }
}
