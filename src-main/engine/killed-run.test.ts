import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isChange, judgeFileCalls, killBefore, type SeenCall } from '@main/platform/testing/failing-calls.ts'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { carryOutRun } from './carry-out-run.ts'
import { contradictions, runOutcome } from './testing/run-outcome.ts'
import { tinyRun, type HomeWithRun } from './testing/tiny-run.ts'

const homes: string[] = []
// A process that is killed says nothing; here it says what it met.
beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true))
afterEach(() => vi.restoreAllMocks())
afterEach(() => homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true })))

/** Four steps in two epochs on the engine that starts fastest. */
function shortRun(): Promise<HomeWithRun> {
  const home = mkdtempSync(join(tmpdir(), 'lab-killed-'))
  homes.push(home)
  return tinyRun(home, {
    method: { kind: 'fine-tuning' },
    training: { learningRate: 1e-2, batchSize: 4, maxEpochs: 2, maxLength: 12, seed: 5 },
    limits: { trainExamples: 8, validationExamples: 6 },
  })
}
const carryOut = ({ home, folder }: HomeWithRun) =>
  carryOutRun(home, folder.runId, { loadEngine: () => loadTensorEngine('cpu') })

/** A change that somebody who opens the run afterwards can see: a line of the log, a name given or taken away. */
const isVisible = (call: SeenCall): boolean =>
  (call.name === 'write' && call.paths[0]!.endsWith('events.ndjson')) ||
  (isChange(call) && ['rename', 'link'].includes(call.name) && !call.paths[0]!.includes('/lock/'))

it('comes out as if nothing had happened when its engine is killed between any two writes', async () => {
  const whole = await shortRun()
  const seen: string[] = []
  const stop = judgeFileCalls((call) => {
    if (isVisible(call)) seen.push(`${call.name} ${call.paths.at(-1)}`)
    return null
  })
  await carryOut(whole)
  stop()
  expect(contradictions(whole.folder)).toEqual([])
  expect(seen.length).toBeGreaterThan(15)

  for (let n = 1; n <= seen.length; n += 1) {
    const killed = await shortRun()
    const revive = judgeFileCalls(killBefore(n, isVisible))
    await carryOut(killed).catch(() => undefined)
    revive()
    const before = `killed before ${seen[n - 1]}`
    // The very last changes are made behind the end: the run is over then.
    if (killed.folder.read().status !== 'done') expect(await carryOut(killed), before).toBe('done')
    const { checkpoints: kept, ...outcome } = runOutcome(killed.folder)
    const { checkpoints, ...expected } = runOutcome(whole.folder)
    expect(outcome, before).toEqual(expected)
    expect(kept, before).toEqual(expect.arrayContaining([...checkpoints]))
    expect(contradictions(killed.folder), before).toEqual([])
    expect(killed.folder.read().notes, before).toEqual(whole.folder.read().notes)
  }
}, 300_000)
