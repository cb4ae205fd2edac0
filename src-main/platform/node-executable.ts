/** The plain Node executable that carries out the engine process. */
import { accessSync, constants, statSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'

/** What the choice depends on. */
export interface NodeSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executable of this very process. */
  readonly execPath: string
  readonly isElectron: boolean
  readonly platform: NodeJS.Platform
}

/**
 * Path of the Node executable for engine processes: the one packed with the app, else the one that ADDROP_NODE names, else this process's own if that is plain Node, else `node` on the PATH. Electron
 * itself never serves: its allocator aborts on the large blocks that TensorFlow asks for.
 *
 * @param packed Node executable that came with the app (`programFiles`); null in a clone
 * @param surroundings where else to look
 * @failure engine-unavailable when ADDROP_NODE names no executable, or none is found
 */
export function nodeExecutable(
  packed: string | null = null,
  surroundings: NodeSurroundings = ownSurroundings(),
): string {
  const { environment, execPath, isElectron, platform } = surroundings
  const name = platform === 'win32' ? 'node.exe' : 'node'
  if (packed !== null && isExecutable(packed)) return packed
  const named = environment['ADDROP_NODE']
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named
    throw new LabError(
      'engine-unavailable',
      `ADDROP_NODE names ${named}, which is no executable file.`,
      'Set ADDROP_NODE to the path of a Node executable (20 or newer), or unset it.',
    )
  }
  if (!isElectron && /^node(js)?(\.exe)?$/i.test(basename(execPath))) return execPath
  const folders = (environment['PATH'] ?? environment['Path'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
  const found = folders.map((folder) => join(folder, name)).find(isExecutable)
  if (found !== undefined) return found
  throw new LabError(
    'engine-unavailable',
    'Training runs in a plain Node process, and no Node executable was found beside the app or on the PATH.',
    'Install Node 20 or newer, or set ADDROP_NODE to its path.',
  )
}

function ownSurroundings(): NodeSurroundings {
  return {
    environment: process.env,
    execPath: process.execPath,
    isElectron: process.versions['electron'] !== undefined,
    platform: process.platform,
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
