/** A run that is killed again and again at random moments, by killing its engine, its supervisor, both, or by Ctrl-C. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLab } from '@main/services/create-lab.ts'
import { enginePid, signal, startProgram, type ProgramPlace } from './lab-processes.ts'
import { aShortRun, differences, type Kind } from './tiny-lab.ts'
import type { HomeWithRun } from '@main/engine/testing/tiny-run.ts'

const victims = [
  'engine',
  'supervisor',
  'both',
  'ctrl-c',
  'supervisor-then-engine',
  'ctrl-c-then-engine',
  'ctrl-c-then-both',
] as const

/** What a round did and found. */
export interface KillRound {
  readonly kind: Kind
  /** What was killed, each with the milliseconds after its start. */
  readonly kills: readonly string[]
  readonly wrong: readonly string[]
}

/** What a round needs. */
export interface KillPlan {
  readonly place: ProgramPlace
  readonly kind: Kind
  /** Kills before the run may finish. */
  readonly numKills: number
  /** How long an uninterrupted run takes, in milliseconds: kills come within it. */
  readonly wholeMs: number
  readonly draw: () => number
}

/**
 * Kills a run several times, then lets it finish.
 *
 * @param plan what and how often
 * @param whole the same run, not interrupted
 */
export async function killRound(plan: KillPlan, whole: HomeWithRun): Promise<KillRound> {
  const run = await aShortRun(plan.kind)
  const kills: string[] = []
  const wrong: string[] = []
  while (kills.length < plan.numKills && run.folder.read().status !== 'done') {
    const kill = await killOnce(plan, run)
    if (kill === null) break
    kills.push(kill)
    wrong.push(...(await listed(plan, run)))
  }
  for (let attempt = 0; attempt < 3 && run.folder.read().status !== 'done'; attempt += 1)
    await startProgram(plan.place, run.home, ['resume', run.folder.runId, '--json']).ended
  const { status, failure } = run.folder.read()
  wrong.push(
    ...(status === 'done' ? differences(run, whole) : [`ended as ${status}: ${failure?.message ?? ''}`]),
  )
  if (wrong.length === 0) rmSync(run.home, { recursive: true, force: true })
  return { kind: plan.kind, kills, wrong }
}

/** Kills at a random moment; null when the run had ended before. */
async function killOnce({ place, draw, wholeMs }: KillPlan, run: HomeWithRun): Promise<string | null> {
  const { home, folder } = run
  const victim = victims[Math.floor(draw() * victims.length)]!
  const afterMs = Math.floor(draw() * wholeMs)
  const { process: supervisor, ended } = startProgram(place, home, ['resume', folder.runId, '--json'])
  await Promise.race([sleep(afterMs), ended])
  if (folder.read().status === 'done') {
    await ended
    return null
  }
  const engine = enginePid(home, folder.runId)
  if (victim.startsWith('ctrl-c')) signal(supervisor.pid, 'SIGINT')
  if (victim === 'engine' || victim === 'both') signal(engine, 'SIGKILL')
  if (victim === 'supervisor' || victim === 'both' || victim === 'supervisor-then-engine')
    signal(supervisor.pid, 'SIGKILL')
  if (victim.includes('-then-')) {
    // While the engine writes its last checkpoint.
    await sleep(Math.floor(draw() * 300))
    signal(enginePid(home, folder.runId), 'SIGKILL')
    if (victim.endsWith('both')) signal(supervisor.pid, 'SIGKILL')
  }
  await ended
  return `${victim} ${afterMs}`
}

/** Whether a lab opens on what is left, and shows the run. */
async function listed({ place }: KillPlan, { home, folder }: HomeWithRun): Promise<string[]> {
  const lab = createLab({
    home,
    enginePath: place.program,
    sampleFolder: '',
    version: '',
    queuedRuns: 'leave',
  })
  try {
    const runs = await lab.runs.list()
    return runs.some(({ runId }) => runId === folder.runId) ? [] : ['the run is not listed']
  } catch (thrown) {
    return [`not listed: ${String(thrown)}`]
  } finally {
    await lab.close()
  }
}
