/** Who holds a run's lock, as the lock's file says. */
import { z } from 'zod'
import {
  livenessOf,
  ownIdentity,
  processIdentitySchema,
  type Liveness,
} from '@main/platform/process-liveness.ts'

/** What a lock's file holds. */
export const holderSchema = processIdentitySchema.extend({
  token: z.string(),
  /** `engine`: for as long as it trains; `lab`: for the moment of one change. */
  program: z.enum(['engine', 'lab']),
  since: z.string(),
})

/** Who has, or last had, a run in hand. */
export type LockHolder = z.infer<typeof holderSchema>

/** What this process holds: a lock of its own that is not among them could not be given back on the disk. */
const heldHere = new Set<string>()

/**
 * This process as a holder.
 *
 * @param token names the holder beside its process
 * @param program for how long it holds
 */
export function newHolder(token: string, program: LockHolder['program']): LockHolder {
  heldHere.add(token)
  return { token, program, ...ownIdentity(), since: new Date().toISOString() }
}

/** @param holder what this process gave back, or never got */
export function noLongerHeld(holder: LockHolder): void {
  heldHere.delete(holder.token)
}

/**
 * A lock file's content.
 *
 * @param text JSON
 * @throws whatever is wrong with it
 */
export function parseHolder(text: string): LockHolder {
  return holderSchema.parse(JSON.parse(text))
}

/**
 * What is known of a holder.
 *
 * @param holder of a lock
 */
export function stateOfHolder(holder: LockHolder): Liveness {
  const { pid, startTime, host, pidNamespace } = ownIdentity()
  const isOwn =
    holder.pid === pid &&
    holder.startTime === startTime &&
    holder.host === host &&
    holder.pidNamespace === pidNamespace
  return isOwn && !heldHere.has(holder.token) ? 'gone' : livenessOf(holder)
}

/**
 * A holder in words.
 *
 * @param holder of a lock
 */
export function holderText(holder: LockHolder): string {
  const { program, pid, host, pidNamespace, since } = holder
  const here = ownIdentity()
  const name = host.split('/')[0] ?? host
  const place =
    host !== here.host ? ` on ${name}` : pidNamespace !== here.pidNamespace ? ' in another container' : ''
  return `the ${program === 'engine' ? 'engine process' : 'program'} ${pid}${place}, since ${since}`
}
