/** Where the app's own files lie, relative to its folder (which may be an asar archive). */
import { join, sep } from 'node:path'

/** Absolute paths of files that ship with the app. */
export interface AppFolders {
  /** Built renderer. */
  readonly renderer: string
  /** Bundled preload. */
  readonly preload: string
  /** Bundled entry of the lab's thread. */
  readonly labThread: string
  /** Bundled entry of the engine process; read by a plain Node, so it lies outside any archive. */
  readonly engineEntry: string
  /** The sample's data set and checkpoint; read by a plain Node as well. */
  readonly sample: string
}

/**
 * The app's files.
 *
 * @param appPath what Electron's `app.getAppPath()` answers
 */
export function appFolders(appPath: string): AppFolders {
  return {
    renderer: join(appPath, 'out', 'renderer'),
    preload: join(appPath, 'out', 'preload', 'preload.cjs'),
    labThread: join(appPath, 'out', 'main', 'lab-thread.cjs'),
    engineEntry: outsideArchive(join(appPath, 'out', 'main', 'engine.cjs')),
    sample: outsideArchive(join(appPath, 'resources', 'sample')),
  }
}

/** Packaging unpacks such files beside the archive, into `app.asar.unpacked`; a plain Node cannot read inside it. */
function outsideArchive(path: string): string {
  return path.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`)
}
