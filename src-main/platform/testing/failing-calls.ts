/** File-system calls that fail at a chosen place, put between the lab and the system. */
import { interposeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'

/** A call that was made, as those who choose where to fail see it. */
export interface SeenCall {
  readonly name: keyof FileCalls
  /** The path or paths that the call is about. */
  readonly paths: readonly string[]
}

/** Calls that change what is on disk under its final name, or reach the disk. */
const changing: ReadonlySet<keyof FileCalls> = new Set([
  'write',
  'fsync',
  'truncate',
  'rename',
  'link',
  'unlink',
  'makeFolder',
  'removeFolder',
])

/**
 * Whether a call changes something or forces it to disk.
 *
 * @param call as seen
 */
export function isChange(call: SeenCall): boolean {
  return changing.has(call.name) || (call.name === 'open' && call.paths[1] !== 'r')
}

/** What to do with a call: let it through, or throw this instead. */
export type Judge = (call: SeenCall) => Error | null

/**
 * Lets every call of this process be judged first.
 *
 * @param judge called before each
 * @returns ends it
 */
export function judgeFileCalls(judge: Judge): () => void {
  const names = new Map<number, string>()
  return interposeFileCalls((system) => {
    const judged = (name: keyof FileCalls, paths: readonly string[]): void => {
      const failure = judge({ name, paths })
      if (failure !== null) throw failure
    }
    const nameOf = (file: number): string[] => [names.get(file) ?? String(file)]
    return {
      open: (path, flags) => {
        judged('open', [path, flags])
        const file = system.open(path, flags)
        names.set(file, path)
        return file
      },
      read: (file, ...rest) => {
        judged('read', nameOf(file))
        return system.read(file, ...rest)
      },
      readLater: async (file, ...rest) => {
        judged('readLater', nameOf(file))
        return system.readLater(file, ...rest)
      },
      write: (file, ...rest) => {
        judged('write', nameOf(file))
        return system.write(file, ...rest)
      },
      fsync: (file) => {
        judged('fsync', nameOf(file))
        system.fsync(file)
      },
      truncate: (file, length) => {
        judged('truncate', nameOf(file))
        system.truncate(file, length)
      },
      // Closing loses nothing and frees what a dead process would not have either.
      close: (file) => system.close(file),
      rename: (from, to) => {
        judged('rename', [from, to])
        system.rename(from, to)
      },
      link: (path, second) => {
        judged('link', [path, second])
        system.link(path, second)
      },
      unlink: (path) => {
        judged('unlink', [path])
        system.unlink(path)
      },
      makeFolder: (path) => {
        judged('makeFolder', [path])
        system.makeFolder(path)
      },
      removeFolder: (path) => {
        judged('removeFolder', [path])
        system.removeFolder(path)
      },
      list: (path) => {
        judged('list', [path])
        return system.list(path)
      },
      status: (path) => {
        judged('status', [path])
        return system.status(path)
      },
      statusOf: (file) => {
        judged('statusOf', nameOf(file))
        return system.statusOf(file)
      },
    }
  })
}

/** What a process that is killed would have thrown, could it still. */
export class Killed extends Error {}

/**
 * A judge that ends all changes before the n-th of some calls, as a kill would.
 *
 * @param n 1 is the first
 * @param counts which calls count
 */
export function killBefore(n: number, counts: (call: SeenCall) => boolean): Judge {
  let seen = 0
  return (call) => {
    if (seen < n && counts(call)) seen += 1
    return seen >= n && isChange(call) ? new Killed('killed') : null
  }
}
/**
 * A judge that fails the n-th of some calls, and only it.
 *
 * @param n 1 is the first
 * @param code of the system error
 * @param counts which calls count
 */
export function failAt(n: number, code: string, counts: (call: SeenCall) => boolean): Judge {
  let seen = 0
  return (call) => {
    if (!counts(call)) return null
    seen += 1
    return seen === n ? Object.assign(new Error(`${code}: on purpose, ${call.name}`), { code }) : null
  }
}
