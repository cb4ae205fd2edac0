/**
 * Faults on purpose, for the tests of what nobody catches: while `ADDROP_TEST=1` is set and `ADDROP_FAULTS` names a folder,
 * a file `main-exception`, `thread-rejection`, `engine-exit` … that appears in it makes that process or thread fail so.
 */
import { rmSync, watch } from 'node:fs'
import { join } from 'node:path'

/** Process or thread that can be made to fail. */
export type FaultyPart = 'main' | 'thread' | 'engine' | 'command'

/** How it fails. */
const faults: Readonly<Record<string, (name: string) => void>> = {
  exception: (name) => void setTimeout(() => fail(name), 0),
  rejection: (name) => void Promise.reject(new Error(`planned: ${name}`)),
  exit: () => process.exit(3),
}

/**
 * Waits for files from now on; without the test mode it does nothing. Each file is deleted before it takes effect.
 *
 * @param part which process or thread this is
 * @param environment variables of the process
 */
export function awaitPlannedFaults(part: FaultyPart, environment: NodeJS.ProcessEnv = process.env): void {
  const folder = environment['ADDROP_FAULTS']
  if (environment['ADDROP_TEST'] !== '1' || folder === undefined) return
  const watcher = watch(folder, (_change, name) => {
    const [of, kind] = name?.split('-') ?? []
    const fault = of === part ? faults[kind ?? ''] : undefined
    if (name === null || fault === undefined || !isTaken(join(folder, name))) return
    fault(name)
  })
  watcher.unref()
}

/** Whether the file was there and is now gone; several changes of one file are told. */
function isTaken(path: string): boolean {
  try {
    rmSync(path)
    return true
  } catch {
    return false
  }
}

function fail(name: string): never {
  throw new Error(`planned: ${name}`)
}
