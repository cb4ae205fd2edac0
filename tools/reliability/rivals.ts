/** Several programs that go on with the same run at once, some of them stopped and woken. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { enginePid, signal, startProgram, type ProgramPlace } from './lab-processes.ts'
import { aShortRun, differences, type Kind } from './tiny-lab.ts'
import type { HomeWithRun } from '@main/engine/testing/tiny-run.ts'

/** What a round did and found. */
export interface RivalRound {
  readonly kind: Kind
  /** Exit codes of the programs. */
  readonly exits: readonly (number | null)[]
  readonly stopped: readonly string[]
  readonly wrong: readonly string[]
}

/** What a round needs. */
export interface RivalPlan {
  readonly place: ProgramPlace
  readonly kind: Kind
  /** How long an uninterrupted run takes, in milliseconds. */
  readonly wholeMs: number
  readonly draw: () => number
}

/**
 * Starts two or three programs on one run, stops and wakes some of them and the engine, and kills one now and then.
 *
 * @param plan which run and which moments
 * @param whole the same run, without rivals
 */
export async function rivalRound(plan: RivalPlan, whole: HomeWithRun): Promise<RivalRound> {
  const { place, kind, wholeMs, draw } = plan
  const { home, folder } = await aShortRun(kind)
  const stopped: string[] = []
  const programs = Array.from({ length: 2 + Math.floor(draw() * 2) }, () =>
    startProgram(place, home, ['resume', folder.runId, '--json']),
  )
  for (let disturbance = 0; disturbance < 3; disturbance += 1) {
    await sleep(draw() * (wholeMs / 3))
    const program = programs[Math.floor(draw() * programs.length)]!
    const isEngine = draw() < 0.3
    const pid = isEngine ? enginePid(home, folder.runId) : program.process.pid
    if (draw() < 0.3) {
      signal(pid, 'SIGKILL')
      stopped.push(isEngine ? 'engine killed' : 'program killed')
    } else {
      signal(pid, 'SIGSTOP')
      await sleep(draw() * 1500)
      signal(pid, 'SIGCONT')
      stopped.push(isEngine ? 'engine stopped' : 'program stopped')
    }
  }
  const exits = await Promise.all(programs.map(async ({ ended }) => (await ended).code))
  for (let attempt = 0; attempt < 3 && folder.read().status !== 'done'; attempt += 1)
    await startProgram(place, home, ['resume', folder.runId, '--json']).ended
  const { status, failure } = folder.read()
  const wrong =
    status === 'done'
      ? differences({ home, folder }, whole)
      : [`ended as ${status}: ${failure?.message ?? ''}`]
  if (wrong.length === 0) rmSync(home, { recursive: true, force: true })
  return { kind, exits, stopped, wrong }
}
