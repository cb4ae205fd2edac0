/** A power cut after any change of a run: its calls are recorded, and the run goes on from what a disk may have kept. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunFolder } from '@main/storage/run-folder.ts'
import { arrivals, RecordedDisk, type Arrival } from './recorded-disk.ts'
import { aShortRun, carryOutHere, differences, newHome } from './tiny-lab.ts'
import type { HomeWithRun } from '@main/engine/testing/tiny-run.ts'

/**
 * Writes what a disk kept.
 *
 * @param folder where to
 * @param kept contents by path, folders before what is in them
 */
function restoreDisk(folder: string, kept: ReadonlyMap<string, Buffer | null>): void {
  for (const [path, content] of kept)
    if (content === null) mkdirSync(join(folder, path), { recursive: true })
    else writeFileSync(join(folder, path), content)
}

/** A moment of a run, and what the disk keeps of it. */
export interface CutMoment {
  /** The change after which the power goes, from 1. */
  readonly change: number
  readonly arrival: Arrival
  readonly kept: ReadonlyMap<string, Buffer | null>
}

/**
 * Carries a run out and keeps, for every change, what a power cut after it would leave; states that are equal once.
 *
 * @param draw numbers in [0, 1)
 * @returns the run, and the moments in order
 */
export async function recordPowerCuts(
  draw: () => number,
): Promise<{ readonly run: HomeWithRun; readonly moments: readonly CutMoment[] }> {
  const run = await aShortRun('fine-tuning')
  const disk = new RecordedDisk(run.home)
  const moments: CutMoment[] = []
  const seen = new Set<string>()
  let change = 0
  const stop = disk.record(() => {
    change += 1
    for (const arrival of arrivals) {
      const kept = disk.afterPowerCut(arrival, draw)
      const hash = createHash('sha256')
      for (const [path, content] of [...kept].sort(([left], [right]) => (left < right ? -1 : 1)))
        hash.update(`${path}\0${content?.length ?? 'folder'}\0`).update(content ?? '')
      const digest = hash.digest('hex')
      if (seen.has(digest)) continue
      seen.add(digest)
      moments.push({ change, arrival, kept })
    }
  })
  try {
    await carryOutHere(run)
  } finally {
    stop()
  }
  return { run, moments }
}

/**
 * Goes on with a run after a power cut.
 *
 * @param moment when, and what is left
 * @param whole the same run without a power cut
 * @returns what is wrong; empty when nothing is
 */
export async function resumeAfter(moment: CutMoment, whole: HomeWithRun): Promise<string[]> {
  const home = newHome()
  try {
    restoreDisk(home, moment.kept)
    const folder = RunFolder.open(home, whole.folder.runId)
    const { status } = folder.read()
    const end = status === 'done' ? status : await carryOutHere({ home, folder })
    return end === 'done'
      ? differences({ home, folder }, whole)
      : [`ended as ${end}: ${folder.read().failure?.message ?? ''}`]
  } catch (thrown) {
    return [String(thrown)]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
