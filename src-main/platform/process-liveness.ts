/** Whether a process that was noted down is still the one that runs under its number. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { systemErrorCode } from './disk-failure.ts'

/** A process as a run records it. */
export const processIdentitySchema = z.object({
  pid: z.number().int(),
  /** Boot and start time where the system tells them (Linux), so that a reused number is not mistaken; else ''. */
  startTime: z.string(),
})

/** A process as a run records it. */
export type ProcessIdentity = Readonly<z.infer<typeof processIdentitySchema>>

/** This process, for the record. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid)
}

/**
 * A running process, for the record.
 *
 * @param pid its number
 */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTime: linuxProcess(pid)?.startTime ?? '' }
}

/**
 * Whether the very process still runs. A process that has ended and only waits to be collected counts as gone.
 *
 * @param identity what was recorded while it ran
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (!Number.isSafeInteger(identity.pid) || identity.pid <= 0) return false
  if (identity.startTime !== '' && process.platform === 'linux') {
    const found = linuxProcess(identity.pid)
    return found !== null && !found.ended && found.startTime === identity.startTime
  }
  try {
    process.kill(identity.pid, 0)
    return true
  } catch (thrown) {
    return systemErrorCode(thrown) === 'EPERM'
  }
}

/** State and start of a process from /proc/<pid>/stat, fields 3 and 22 (proc(5)); null where there is no such entry. */
function linuxProcess(pid: number): { readonly ended: boolean; readonly startTime: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Field 2 is the program's name in parentheses and may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = '', ticks = ''] = [fields[0], fields[19]]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return { ended: state === 'Z' || state === 'X', startTime: `${boot}:${ticks}` }
  } catch {
    return null
  }
}
