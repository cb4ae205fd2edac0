/** One look at the data folder when a program starts: so that a folder that cannot be used is not taken for an empty one. */
import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readFailure, writeFailure } from '@main/platform/disk-failure.ts'
import { unfinishedName, writeNewFile } from '@main/platform/durable-file.ts'
import { makeFolder } from '@main/platform/make-folder.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'

/** What a program is going to do with the data folder. */
export type HomeUse = 'reading' | 'writing'

const anotherFolder = 'Make the folder readable, or choose another data folder with LAB_HOME.'

/**
 * Makes the data folder where it is missing and sees to it that it can be used.
 *
 * @param home data folder
 * @param use `reading` is content with a folder that may not be written to, such as somebody else's
 * @failure file-unreadable, disk-full
 */
export function requireUsableHome(home: string, use: HomeUse): void {
  refuseUnreplacedVariable(home)
  makeFolder(home)
  try {
    readdirSync(home)
    accessSync(home, constants.X_OK)
  } catch (thrown) {
    const { message } = readFailure(thrown, home) as Error
    throw new LabError('file-unreadable', message, anotherFolder, { cause: thrown })
  }
  if (use === 'writing') tryToWrite(home)
}

/** A folder called `$HOME` is nobody's wish: single quotes, or a file that no shell reads, left the variable as it is. */
function refuseUnreplacedVariable(home: string): void {
  const variable = home.split(/[\\/]/).find((part) => /^(?:\$\w+|\$\{\w+\}|%\w+%)$/.test(part))
  if (variable === undefined || existsSync(home)) return
  throw new LabError(
    'file-unreadable',
    `LAB_HOME leads to ${home}, in which the variable ${variable} was not replaced.`,
    'Write the folder itself, or put the value in double quotes instead of single ones.',
  )
}

/**
 * The same as an answer.
 *
 * @param home data folder
 * @returns null when it can be read and written
 */
export function homeProblem(home: string): Failure | null {
  try {
    requireUsableHome(home, 'writing')
    return null
  } catch (thrown) {
    if (thrown instanceof LabError) return thrown.toFailure()
    throw thrown
  }
}

function tryToWrite(home: string): void {
  const probe = unfinishedName(join(home, 'probe'))
  try {
    writeNewFile(probe, Buffer.from('x'))
  } catch (thrown) {
    throw writeFailure(thrown, home)
  } finally {
    rmSync(probe, { force: true })
  }
}
