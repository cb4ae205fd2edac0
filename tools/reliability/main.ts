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
  },
})
const seed = Number(values.seed)
const rounds = Number(values.rounds)
const kindNames = Object.keys(kinds) as Kind[]
const place: ProgramPlace = { program: join(import.meta.dirname, 'lab/lab.cjs'), engine: values.engine }

/** Rounds that are done, by trial and number. */
const known = new Set(
  existsSync(values.results)
    ? readFileSync(values.results, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const {
            trial,
            seed: of,
            round,
          } = JSON.parse(line) as { trial: string; seed: number; round: number }
          return `${trial} ${of} ${round}`
        })
    : [],
)
const isKnown = (trial: string, round: number): boolean => known.has(`${trial} ${seed} ${round}`)

function report(trial: string, round: number, result: { readonly wrong: readonly string[] }): void {
  appendFileSync(values.results, `${JSON.stringify({ trial, seed, round, ...result })}\n`)
  process.stderr.write(
    `${trial} ${round}: ${result.wrong.length === 0 ? 'right' : result.wrong.join('; ')}\n`,
  )
  if (result.wrong.length > 0) process.exitCode = 1
}

/** Uninterrupted runs of every kind on the engine that the programs use, and how long the slowest took. */
async function wholeRuns(): Promise<{ runs: Record<Kind, HomeWithRun>; wholeMs: number }> {
  const runs: Partial<Record<Kind, HomeWithRun>> = {}
  let wholeMs = 0
  for (const kind of kindNames) {
    const run = await aShortRun(kind)
    const started = performance.now()
    await startProgram(place, run.home, ['resume', run.folder.runId, '--json']).ended
    wholeMs = Math.max(wholeMs, performance.now() - started)
    runs[kind] = run
  }
  // reason: every kind was put in above.
  return { runs: runs as Record<Kind, HomeWithRun>, wholeMs }
}

async function kills(): Promise<void> {
  const { runs, wholeMs } = await wholeRuns()
  const numKills = 4
  for (let round = 0; round * numKills < rounds; round += 1) {
    if (isKnown('kills', round)) continue
    const kind = kindNames[round % kindNames.length]!
    const draw = seededDraw(seed * 10_007 + round)
    report('kills', round, await killRound({ place, kind, numKills, wholeMs, draw }, runs[kind]))
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
  for (let n = 1; n <= total; n += 1) {
    if (!isKnown('disk', n)) report('disk', n, await failCallOfRun(n, whole))
  }
}

async function store(): Promise<void> {
  for (const [index, work] of (['import', 'launch', 'export'] as const).entries()) {
    const total = await numCallsOf(work)
    for (let n = 1; n <= 2 * total; n += 1) {
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
  for (const moment of moments) {
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
    `Usage: npm run reliability -- ${Object.keys(trials).join('|')} [--seed N] [--rounds N] [--results FILE] [--engine cpu]\n`,
  )
  process.exitCode = 2
} else {
  process.stderr.write(`seed ${seed}\n`)
  await trial()
}
