/** The data folder: where it is, and where everything stands in it. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'

/**
 * The data folder: LAB_HOME, or else the platform's place for application data. It need not exist yet. A leading `~`,
 * which shells leave alone inside quotes, is the person's home folder.
 *
 * @param environment variables of the process
 * @param platform operating system
 * @param userFolder the person's home folder
 */
export function labHome(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  userFolder: string = homedir(),
): string {
  const chosen = environment['LAB_HOME'] ?? ''
  if (chosen.trim() !== '') return resolve(chosen.replace(/^~(?=$|[\\/])/, () => userFolder))
  if (platform === 'win32') {
    return join(environment['APPDATA'] ?? join(userFolder, 'AppData', 'Roaming'), 'AD-DROP Lab')
  }
  if (platform === 'darwin') return join(userFolder, 'Library', 'Application Support', 'AD-DROP Lab')
  const dataFolder = environment['XDG_DATA_HOME']
  return join(
    dataFolder !== undefined && dataFolder !== '' ? dataFolder : join(userFolder, '.local', 'share'),
    'addrop-lab',
  )
}

/** Kinds of things the data folder keeps, each in a folder of its own. */
export type HomeSection = 'datasets' | 'checkpoints' | 'studies' | 'runs'

/**
 * Folder of one kind of things.
 *
 * @param home data folder
 * @param section kind of things
 */
export function sectionFolder(home: string, section: HomeSection): string {
  return join(home, section)
}

/**
 * Folder (or, for checkpoints, file without its ending) of one thing.
 *
 * @param home data folder
 * @param section kind of thing
 * @param id its identifier; anything that could lead out of the data folder is refused
 * @failure not-found when `id` cannot be an identifier
 */
export function entryPath(home: string, section: HomeSection, id: string): string {
  if (!isIdentifier(id)) {
    throw new LabError(
      'not-found',
      `There is no entry “${id}” in ${sectionFolder(home, section)}.`,
      `List the ${section} to see their identifiers.`,
    )
  }
  return join(home, section, id)
}

/**
 * Whether a text has the form of an identifier: letters, digits, `-`, `_` and `.`, not starting with a dot.
 *
 * @param text what may be an identifier
 */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text)
}

/**
 * A log: of the desktop app (main process and lab thread), or of the command line. Engines log into their run's folder.
 *
 * @param home data folder
 * @param part who writes
 */
export function logPath(home: string, part: 'app' | 'command-line'): string {
  return join(home, 'logs', `${part}.log`)
}

/**
 * The index of runs; it may be deleted at any time.
 *
 * @param home data folder
 */
export function indexPath(home: string): string {
  return join(home, 'index.sqlite')
}
