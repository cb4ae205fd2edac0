/** Whether a process that was noted down is still the one that runs under its number, wherever it was noted down. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { systemErrorCode } from './disk-failure.ts'

/** A process as locks record it. Texts are '' where the system does not tell. */
export const processIdentitySchema = z.object({
  pid: z.number().int(),
  /** When it started, in the system's own form, so that a number given to another process is not mistaken. */
  startTime: z.string(),
  /** Name of the machine or container, and its machine id. */
  host: z.string(),
  /** Changes with every start of the system. */
  bootId: z.string(),
  /** Which numbering of processes `pid` belongs to: a container has one of its own. */
  pidNamespace: z.string(),
})

/** A process as locks record it. */
export type ProcessIdentity = Readonly<z.infer<typeof processIdentitySchema>>

/** `unknown`: it ran where this process cannot look, on another machine or in another container. */
export type Liveness = 'alive' | 'gone' | 'unknown'

let own: ProcessIdentity | null = null

/** Start times that a program had to be asked for, which takes longer than a list may. */
const asked = new Map<number, { readonly startTime: string; readonly atMs: number }>()
const askedAgainAfterMs = 10_000

/** This process, for the record. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    startTime: startTimeOf(process.pid),
    host: `${hostname()}/${readText('/etc/machine-id').slice(0, 12)}`,
    bootId: readText('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
  }
  return own
}

/**
 * Whether the very process still runs. A process that has ended and only waits to be collected counts as gone.
 *
 * @param identity what was recorded while it ran
 */
export function livenessOf(identity: ProcessIdentity): Liveness {
  const here = ownIdentity()
  if (identity.host !== here.host) return 'unknown'
  if (identity.bootId !== here.bootId) return 'gone'
  if (identity.pidNamespace !== here.pidNamespace) return 'unknown'
  if (!exists(identity.pid)) return 'gone'
  const started = startTimeOf(identity.pid)
  // Where the start time cannot be told, the number alone must do.
  return started === '' || identity.startTime === '' || started === identity.startTime ? 'alive' : 'gone'
}

/**
 * A process in a temporary name: where, which, started when.
 *
 * @param identity the process
 */
export function writerTag(identity: ProcessIdentity): string {
  const { pid, host, pidNamespace, startTime } = identity
  // Only Linux tells the start time of others at no cost; elsewhere the number alone must do.
  return `${digest(`${host} ${pidNamespace}`)}-${pid}-${digest(process.platform === 'linux' ? startTime : '')}`
}

/**
 * Whether the writer in a temporary name still runs.
 *
 * @param tag as `writerTag` gives it
 */
export function livenessOfWriter(tag: string): Liveness {
  const [place = '', pid = '', started = ''] = tag.split('-')
  const here = ownIdentity()
  if (place !== digest(`${here.host} ${here.pidNamespace}`)) return 'unknown'
  if (!exists(Number(pid))) return 'gone'
  const now = process.platform === 'linux' ? startTimeOf(Number(pid)) : ''
  return started === digest(now) ? 'alive' : 'gone'
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (process.platform === 'linux') {
    const found = linuxProcess(pid)
    // Where /proc is not there or hides the processes of others, the signal below still tells.
    if (found !== null) return !found.ended
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return systemErrorCode(thrown) === 'EPERM'
  }
}

function startTimeOf(pid: number): string {
  if (process.platform === 'linux') return linuxProcess(pid)?.startTicks ?? ''
  const known = asked.get(pid)
  if (known !== undefined && performance.now() - known.atMs < askedAgainAfterMs) return known.startTime
  const startTime = askedStartTime(pid, process.platform)
  asked.set(pid, { startTime, atMs: performance.now() })
  return startTime
}

/**
 * When a process started, as the system's own program says; '' where it cannot be asked.
 *
 * @param pid its number
 * @param platform which program to ask
 */
export function askedStartTime(pid: number, platform: NodeJS.Platform): string {
  const [program, ...args] =
    platform === 'win32'
      ? [
          'powershell.exe',
          '-NoProfile',
          '-NonInteractive',
          '-Command',
          `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().Ticks`,
        ]
      : ['ps', '-o', 'lstart=', '-p', String(pid)]
  try {
    const options = {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      timeout: 10_000,
    } as const
    return execFileSync(program, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    }).trim()
  } catch {
    return ''
  }
}

/** State and start of a process from /proc/<pid>/stat, fields 3 and 22 (proc(5)); null where there is no such entry. */
function linuxProcess(pid: number): { readonly ended: boolean; readonly startTicks: string } | null {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === '') return null
  // Field 2 is the program's name in parentheses and may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', startTicks = ''] = [fields[0], fields[19]]
  return { ended: state === 'Z' || state === 'X', startTicks }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return ''
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
