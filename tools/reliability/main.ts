/** Long trials of what must never be lost; see docs/reliability.md. Rounds that a results file already has are not repeated. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { failCallOfRun, numCallsOfRun } from './failing-disk.ts'
import { failCallOf, numCallsOf } from './failing-import.ts'
import { startProgram, type ProgramPlace } from './lab-processes.ts'
import { recordPowerCuts, resumeAfter } from './power-cut.ts'
import { arrivals } from './recorded-disk.ts'
import { killRound } from './random-kills.ts'
import { rivalRound } from './rivals.ts'
import { seededDraw } from './seeded-draw.ts'
import { aShortRun, carryOutHere, kinds, type Kind } from './tiny-lab.ts'
import type { HomeWithRun } from '@main/engine/testing/tiny-run.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '10' },
    results: { type: 'string', default: 'reliability.ndjson' },
    engine: { type: 'string', default: 'cpu' },
    every: { type: 'string', default: '1' },
  },
})
const seed = Number(values.seed)
const rounds = Number(values.rounds)
const every = Number(values.every)
const kindNames = Object.keys(kinds) as Kind[]
const place: ProgramPlace = {
  program: join(import.meta.dirname, 'checkout/out/main/lab.cjs'),
  engine: values.engine,
}

/** What the results file has of a round. */
interface KnownRound {
  readonly trial: string
  readonly seed: number
  readonly round: number
  readonly kills?: readonly string[]
}

const known = (existsSync(values.results) ? readFileSync(values.results, 'utf8') : '')
  .split('\n')
  .filter((line) => line !== '')
  // reason: this program wrote the lines.
  .map((line) => JSON.parse(line) as KnownRound)
  .filter((round) => round.seed === seed)
const knownRounds = new Set(known.map(({ trial, round }) => `${trial} ${round}`))
const isKnown = (trial: string, round: number): boolean => knownRounds.has(`${trial} ${round}`)

function report(trial: string, round: number, result: { readonly wrong: readonly string[] }): void {
  appendFileSync(values.results, `${JSON.stringify({ trial, seed, round, ...result })}\n`)
  process.stderr.write(
    `${trial} ${round}: ${result.wrong.length === 0 ? 'right' : result.wrong.join('; ')}\n`,
  )
  if (result.wrong.length > 0) process.exitCode = 1
}

/** Uninterrupted runs of every kind on the engine that the programs use, and how long the quickest took. */
async function wholeRuns(): Promise<{ runs: Record<Kind, HomeWithRun>; wholeMs: number }> {
  const runs: Partial<Record<Kind, HomeWithRun>> = {}
  let wholeMs = Infinity
  for (const kind of kindNames) {
    const run = await aShortRun(kind)
    const started = performance.now()
    await startProgram(place, run.home, ['resume', run.folder.runId, '--json']).ended
    wholeMs = Math.min(wholeMs, performance.now() - started)
    const { status } = run.folder.read()
    if (status !== 'done')
      throw new Error(`An undisturbed run of ${kind} ended as ${status}; see ${run.folder.path}`)
    runs[kind] = run
  }
  // reason: every kind was put in above.
  return { runs: runs as Record<Kind, HomeWithRun>, wholeMs }
}

async function kills(): Promise<void> {
  const { runs, wholeMs } = await wholeRuns()
  const numKills = 5
  let killed = known
    .filter(({ trial }) => trial === 'kills')
    .reduce((sum, { kills: of = [] }) => sum + of.length, 0)
  for (let round = 0; killed < rounds; round += 1) {
    if (isKnown('kills', round)) continue
    const kind = kindNames[round % kindNames.length]!
    const draw = seededDraw(seed * 10_007 + round)
    const result = await killRound({ place, kind, numKills, wholeMs, draw }, runs[kind])
    killed += result.kills.length
    report('kills', round, result)
  }
}

async function rivals(): Promise<void> {
  const { runs, wholeMs } = await wholeRuns()
  for (let round = 0; round < rounds; round += 1) {
    if (isKnown('rivals', round)) continue
    const kind = kindNames[round % kindNames.length]!
    const draw = seededDraw(seed * 20_011 + round)
    report('rivals', round, await rivalRound({ place, kind, wholeMs, draw }, runs[kind]))
  }
}

async function disk(): Promise<void> {
  const whole = await aShortRun('fine-tuning')
  await carryOutHere(whole)
  const total = await numCallsOfRun()
  for (let n = 1; n <= total; n += every) {
    if (!isKnown('disk', n)) report('disk', n, await failCallOfRun(n, whole))
  }
}

async function store(): Promise<void> {
  for (const [index, work] of (['import', 'launch', 'export'] as const).entries()) {
    const total = await numCallsOf(work)
    for (let n = 1; n <= 2 * total; n += every) {
      const round = 10_000 * index + n
      if (isKnown('store', round)) continue
      const isKill = n > total
      report('store', round, {
        ...{ work, isKill },
        wrong: await failCallOf(work, isKill ? n - total : n, isKill),
      })
    }
  }
}

async function power(): Promise<void> {
  const { run, moments } = await recordPowerCuts(seededDraw(seed))
  for (const moment of moments.filter((_, index) => index % every === 0)) {
    const { change, arrival } = moment
    const round = 3 * change + arrivals.indexOf(arrival)
    if (isKnown('power', round)) continue
    report('power', round, { ...{ change, arrival }, wrong: await resumeAfter(moment, run) })
  }
}

const trials: Readonly<Record<string, () => Promise<void>>> = { kills, rivals, disk, store, power }
const trial = trials[positionals[0] ?? '']
if (trial === undefined) {
  process.stderr.write(
    `Usage: npm run reliability -- ${Object.keys(trials).join('|')} [--seed N] [--rounds N] [--results FILE] [--engine cpu] [--every N]\n`,
  )
  process.exitCode = 2
} else {
  process.stderr.write(`seed ${seed}\n`)
  await trial()
}
