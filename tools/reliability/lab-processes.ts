/** Real programs on real runs: the command line and its engine, as processes that can be killed and stopped. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { RunFolder } from '@main/storage/run-folder.ts'

/** How programs are started. */
export interface ProgramPlace {
  /** `out/main/lab.cjs` of the checkout. */
  readonly program: string
  /** Engine that runs ask for; plain JavaScript starts fastest. */
  readonly engine: string
}

/** A program at work. */
export interface RunningProgram {
  readonly process: ChildProcess
  /** Exit code once it has ended (null after a signal), and what it wrote to standard output. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
}

/**
 * Starts a command of the lab.
 *
 * @param place how
 * @param home its data folder
 * @param args command and options
 */
export function startProgram(place: ProgramPlace, home: string, args: readonly string[]): RunningProgram {
  // A program that is missing would look like a run that makes no progress.
  if (!existsSync(place.program)) throw new Error(`${place.program} is gone: the trial cannot go on`)
  const child = spawn(process.execPath, [place.program, ...args], {
    env: { ...process.env, LAB_HOME: home, LAB_ENGINE: place.engine, LAB_EXECUTION: 'eager' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.resume()
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output }))
  return { process: child, ended }
}

/**
 * The engine that has a run in hand; null when none has.
 *
 * @param home data folder
 * @param runId which run
 */
export function enginePid(home: string, runId: string): number | null {
  const { state, holder } = RunFolder.open(home, runId).lock.look()
  return state === 'alive' && holder?.program === 'engine' ? holder.pid : null
}

/**
 * Sends a signal to a process that may be gone.
 *
 * @param pid which
 * @param name which signal
 */
export function signal(pid: number | null | undefined, name: NodeJS.Signals): void {
  try {
    if (pid != null) process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}
