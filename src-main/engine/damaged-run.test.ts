import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { carryOutRun } from './carry-out-run.ts'
import { AskingChannel } from './testing/asking-channel.ts'
import { contradictions, runOutcome } from './testing/run-outcome.ts'
import { tinyRun, type HomeWithRun } from './testing/tiny-run.ts'

const homes: string[] = []
const discard = (): void => homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true }))
afterEach(discard)

function aRun(): Promise<HomeWithRun> {
  const home = mkdtempSync(join(tmpdir(), 'lab-damaged-'))
  homes.push(home)
  return tinyRun(home, {
    method: { kind: 'fine-tuning' },
    training: { learningRate: 1e-2, batchSize: 4, maxEpochs: 3, maxLength: 12, seed: 5 },
    limits: { trainExamples: 8, validationExamples: 6 },
  })
}
const loadEngine = () => loadTensorEngine('cpu')
const goOn = ({ home, folder }: HomeWithRun) => carryOutRun(home, folder.runId, { loadEngine })

/** A run of six steps that was paused after five: checkpoints at the best epoch's end and after step 5. */
async function pausedRun(): Promise<HomeWithRun> {
  const run = await aRun()
  const channel = new AskingChannel(5, 'pause')
  expect(await carryOutRun(run.home, run.folder.runId, { loadEngine, channel })).toBe('paused')
  expect(run.folder.checkpointSteps().at(-1)).toBe(5)
  return run
}

let expected: ReturnType<typeof runOutcome>
beforeAll(async () => {
  const whole = await aRun()
  expect(await goOn(whole)).toBe('done')
  expected = runOutcome(whole.folder)
  discard()
}, 300_000)

/** Takes lines out of a log or changes them. */
function editLog({ folder }: HomeWithRun, edit: (lines: string[]) => string[]): void {
  const lines = readFileSync(folder.eventsPath, 'utf8').trimEnd().split('\n')
  writeFileSync(folder.eventsPath, `${edit(lines).join('\n')}\n`)
}
const isStep = (line: string, step: number): boolean =>
  line.includes('"type":"step"') && line.includes(`"step":${step},`)

describe('a run goes on', () => {
  it('from a checkpoint that is ahead of its log, and says which losses the log has lost', async () => {
    const run = await pausedRun()
    editLog(run, (lines) =>
      lines.slice(
        0,
        lines.findIndex((line) => isStep(line, 4)),
      ),
    )

    expect(await goOn(run)).toBe('done')

    const { epochs, best, checkpoints } = runOutcome(run.folder)
    expect({ epochs, best, checkpoints }).toEqual({
      epochs: expected['epochs'],
      best: expected['best'],
      checkpoints: expected.checkpoints,
    })
    expect(contradictions(run.folder)).toEqual([])
    expect(run.folder.read().notes.join()).toContain('lost the losses of steps 4 to 5')
    expect(run.folder.read().notes.join()).toContain('lost the evaluations of epochs 2')
  })

  it('over a damaged line in the middle of its log, and says which', async () => {
    const run = await pausedRun()
    let damaged = 0
    editLog(run, (lines) => {
      damaged = lines.findIndex((line) => isStep(line, 2)) + 1
      return lines.map((line, index) => (index + 1 === damaged ? line.slice(0, 20) : line))
    })

    expect(await goOn(run)).toBe('done')

    expect(runOutcome(run.folder)['best']).toEqual(expected['best'])
    const notes = run.folder.read().notes.join()
    expect(notes).toContain(`damaged lines, which were left out: ${damaged}.`)
    expect(notes).toContain('steps 2;')
  })

  it.each([
    ['lacks its weights', (path: string) => unlinkSync(join(path, 'model.safetensors'))],
    ['lacks its state', (path: string) => unlinkSync(join(path, 'state.json'))],
    ['lacks its moments', (path: string) => unlinkSync(join(path, 'optimizer.safetensors'))],
    ['is cut short', (path: string) => truncateSync(join(path, 'optimizer.safetensors'), 500)],
    ['has a state that is no JSON', (path: string) => writeFileSync(join(path, 'state.json'), '{"step": 5')],
  ])('from the checkpoint before, when the newest %s', async (_what, damage) => {
    const run = await pausedRun()
    damage(run.folder.checkpointFolder(5))

    expect(await goOn(run)).toBe('done')

    expect(runOutcome(run.folder)).toEqual(expected)
    expect(contradictions(run.folder)).toEqual([])
    expect(run.folder.read().notes.join()).toContain(
      'The checkpoint after step 5 is damaged and was left out',
    )
  })

  it('from what an older lab left, which had no lock and did not say how large files are', async () => {
    const run = await pausedRun()
    const { recordPath } = run.folder
    const older = JSON.parse(readFileSync(recordPath, 'utf8')) as Record<string, unknown>
    older['process'] = { pid: process.pid, startTime: 'boot:123' }
    older['status'] = 'running'
    for (const field of ['surveySeconds', 'execution']) Reflect.deleteProperty(older, field)
    writeFileSync(recordPath, JSON.stringify(older))
    for (const step of run.folder.checkpointSteps()) {
      const path = join(run.folder.checkpointFolder(step), 'state.json')
      const state = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
      for (const field of ['files', 'surveyedEpoch', 'stepsBeforeRewind', 'surveySeconds'])
        Reflect.deleteProperty(state, field)
      writeFileSync(path, JSON.stringify(state))
    }
    rmSync(join(run.folder.path, 'lock'), { recursive: true })
    expect(run.folder.read().status).toBe('interrupted')

    expect(await goOn(run)).toBe('done')

    expect(runOutcome(run.folder)).toEqual(expected)
    expect(contradictions(run.folder)).toEqual([])
  })

  it('from a checkpoint that had stepped aside for another when the process died', async () => {
    const run = await pausedRun()
    const path = run.folder.checkpointFolder(5)
    renameSync(path, `${path}.lab-replaced`)

    expect(await goOn(run)).toBe('done')

    expect(runOutcome(run.folder)).toEqual(expected)
    expect(run.folder.read().notes.join()).not.toContain('damaged')
  })
})
