/**
 * Where the program's own files lie, in a clone and installed. There are two layouts:
 *
 * - a clone: `out/`, `resources/` and `node_modules/` in one folder;
 * - packed: the same inside the archive `app.asar`, which only Electron can read, and beside it `app.asar.unpacked` with
 *   the files that a plain Node reads (`npm run package` decides which; docs/packaging.md lists them).
 */
import { basename, dirname, join, resolve } from 'node:path'

/** Absolute paths of the files that ship with the program. */
export interface ProgramFiles {
  /** Whether this is the packed layout. */
  readonly isPacked: boolean
  /** Built renderer; only Electron reads it. */
  readonly renderer: string
  /** Bundled preload; only Electron reads it. */
  readonly preload: string
  /** Bundled entry of the lab's thread; only Electron reads it. */
  readonly labThread: string
  /** Bundled entry of the engine process; a plain Node reads it. */
  readonly engineEntry: string
  /** The sample's data set and checkpoint; a plain Node reads them. */
  readonly sample: string
  /** The program's package.json; a plain Node reads it. */
  readonly packageFile: string
  /** Node executable that came with the program; null in a clone, which runs on the Node that is there. */
  readonly nodeRuntime: string | null
}

const archiveName = 'app.asar'
const unpackedName = 'app.asar.unpacked'

/**
 * The program's files.
 *
 * @param programFolder folder that holds `out/`: what Electron's `app.getAppPath()` returns, or two levels above the
 *   bundle that a plain Node runs
 * @param platform the operating system
 */
export function programFiles(
  programFolder: string,
  platform: NodeJS.Platform = process.platform,
): ProgramFiles {
  const folder = resolve(programFolder)
  const isPacked = isPackedFolder(folder)
  const forElectron = isPacked ? join(dirname(folder), archiveName) : folder
  const forNode = isPacked ? join(dirname(folder), unpackedName) : folder
  return {
    isPacked,
    renderer: join(forElectron, 'out', 'renderer'),
    preload: join(forElectron, 'out', 'preload', 'preload.cjs'),
    labThread: join(forElectron, 'out', 'main', 'lab-thread.cjs'),
    engineEntry: join(forNode, 'out', 'main', 'engine.cjs'),
    sample: join(forNode, 'resources', 'sample'),
    packageFile: join(forNode, 'package.json'),
    nodeRuntime: isPacked
      ? join(dirname(folder), 'node-runtime', platform === 'win32' ? 'node.exe' : 'node')
      : null,
  }
}

/**
 * What a person can do when files of the program are missing or do not load.
 *
 * @param bundlePath absolute path of the bundle that runs: `<program folder>/out/main/<name>.cjs`, or a chunk below it
 */
export function repairAdvice(bundlePath: string): string {
  return bundlePath.split(/[\\/]/).some((name) => name === archiveName || name === unpackedName)
    ? 'Install the package of AD-DROP Lab again, then run "addrop-lab doctor" for what is missing.'
    : 'Run "npm run setup" in the repository, then "lab doctor" for what is missing.'
}

function isPackedFolder(folder: string): boolean {
  return basename(folder) === archiveName || basename(folder) === unpackedName
}
