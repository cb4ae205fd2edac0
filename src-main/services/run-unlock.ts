/** Taking a lock away whose holder is gone, for runs that nobody can go on with otherwise. */
import { showsLife } from '@main/storage/lock-heartbeat.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { holderText } from '@main/storage/lock-holder.ts'
import { recordDeath } from '@main/storage/record-death.ts'
import type { LockState } from '@main/storage/run-lock.ts'
import type { Unlocked } from './lab.ts'

/**
 * Takes a run's lock away, unless its holder is alive: as its process shows, or, where that cannot be seen, as signs of
 * life of its lock within a few seconds do. A run that said it was running is interrupted from then on.
 *
 * @param home data folder
 * @param runId which run
 * @param silenceMs how long to wait for a sign of life; eight seconds when left out
 * @failure not-found, run-already-active
 */
export async function unlockRun(home: string, runId: string, silenceMs?: number): Promise<Unlocked> {
  const folder = RunFolder.open(home, runId)
  const { lock } = folder
  const found = lock.look()
  if (found.state === 'alive') throw lock.heldBy(found)
  if (found.state === 'unknown' && (await showsLife(lock.path, silenceMs)))
    throw lock.heldBy({ ...found, state: 'alive' })
  try {
    if (found.state !== 'free') lock.takeAway(found)
    interrupt(folder)
  } finally {
    folder.close()
  }
  const removed = found.state !== 'free'
  const holder = removed ? found.holder : null
  return { runId, status: folder.read().status, removed, holder, reason: reasonOf(found) }
}

/** What its supervisor would have written, had it been there. */
function interrupt(folder: RunFolder): void {
  if (!folder.lock.isTaken && folder.read().status !== 'interrupted') return
  folder.whileHeld(({ status }) => {
    if (status === 'running') recordDeath(folder, { status: 'interrupted', failure: null })
  })
}

function reasonOf({ state, holder }: LockState): string {
  if (state === 'free') return 'Nobody has the run in hand.'
  const who = holder === null ? 'a program that could not write who it was' : holderText(holder)
  return state === 'gone'
    ? `The run was in the hands of ${who}; that process is gone.`
    : `The run was in the hands of ${who}; it gave no sign of life.`
}
