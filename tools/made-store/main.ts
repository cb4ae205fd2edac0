/** `node tools/made-store.mjs FOLDER scenes|many`: writes the runs. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import { StudyLibrary } from '@main/storage/study-library.ts'
import { seededDraw } from '../reliability/seeded-draw.ts'
import { madeRecord } from './made-run.ts'
import { scenes, type Scene } from './scenes.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '2000' },
    points: { type: 'string', default: '5000000' },
  },
})
const [folder, what] = positionals
if (folder === undefined || (what !== 'scenes' && what !== 'many'))
  throw new Error('Usage: node tools/made-store.mjs FOLDER scenes|many [--runs N] [--points N]')
const home = resolve(folder)

/** The same numbers in every run of this program. */
const draw = seededDraw(7)

for (const section of ['runs', 'studies']) mkdirSync(join(home, section), { recursive: true })
if (what === 'scenes') for (const scene of scenes(draw)) write(scene)
else writeMany(Number(values.runs), Number(values.points))

function write({ studyId, name, records, cutOff }: Scene): void {
  addStudy(
    studyId,
    name,
    records.map(({ runId }) => runId),
  )
  for (const record of records) {
    const { path } = RunFolder.create(home, record)
    if (cutOff.includes(record.runId)) cut(join(path, 'run.json'))
  }
}

function addStudy(studyId: string, name: string, runIds: readonly string[]): void {
  new StudyLibrary(home).add({
    schemaVersion: 1,
    studyId,
    name,
    config: { schemaVersion: 1, name, base: {}, grid: {}, points: [] },
    runIds: [...runIds],
    createdAt: '2026-01-02T03:04:05.000Z',
  })
}

/** Leaves half of a file, as a full disk or a broken one does. */
function cut(path: string): void {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.slice(0, text.length / 2))
}

/** Studies of twenty runs (fine-tuning and AD-DROP over ten seeds), each run with its share of the points as logged steps. */
function writeMany(runs: number, points: number): void {
  const epochs = 10
  const stepsPerEpoch = Math.max(2, Math.round(points / runs / epochs))
  const perStudy = 20
  for (let first = 0; first < runs; first += perStudy) {
    const studyId = `s-made${String(first).padStart(6, '0')}`
    const records = Array.from({ length: Math.min(perStudy, runs - first) }, (_, place) => {
      const config = runConfig.parse({
        schemaVersion: 1,
        checkpoint: 'c-made',
        dataset: 'd-made',
        task: 'rte',
        method: { kind: place % 2 === 0 ? 'fine-tuning' : 'ad-drop' },
        training: {
          seed: 1 + Math.floor(place / 2),
          learningRate: 1e-5 * (1 + first / perStudy),
          maxEpochs: epochs,
        },
      })
      const runId = `r-made${String(first + place).padStart(6, '0')}`
      return madeRecord(
        { runId, studyId, config, epochs, stepsPerEpoch, level: 0.66, cost: place % 2 === 0 ? 1 : 1.5 },
        draw,
      )
    })
    write({ studyId, name: `Made study ${first / perStudy + 1}`, records, cutOff: [] })
    for (const record of records) writeSteps(record, stepsPerEpoch)
  }
}

function writeSteps(record: RunRecord, stepsPerEpoch: number): void {
  const file = openSync(join(home, 'runs', record.runId, 'events.ndjson'), 'w')
  for (const { epoch } of record.epochs) {
    const phase = epochPhase(record.config.method, epoch)
    const lines = Array.from({ length: stepsPerEpoch }, (_, place) => {
      const step = (epoch - 1) * stepsPerEpoch + place + 1
      const loss = (0.7 * Math.exp(-step / (4 * stepsPerEpoch)) * (0.7 + 0.6 * draw())).toFixed(6)
      return `{"runId":"${record.runId}","time":"2026-01-02T03:05:00.000Z","type":"step","step":${step},"epoch":${epoch},"phase":"${phase}","loss":${loss},"learningRate":0.00001,"examples":16,"tokens":900,"paddedTokens":60,"seconds":0.1}\n`
    })
    writeSync(file, lines.join(''))
  }
  closeSync(file)
}
