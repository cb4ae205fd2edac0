import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { carryOutRun } from './carry-out-run.ts'
import { tinyRun } from './testing/tiny-run.ts'

const homes: string[] = []
afterEach(() => {
  delete process.env['LAB_EXECUTION']
  homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true }))
})

const training = { batchSize: 40, maxEpochs: 2, maxLength: 12, seed: 5 }

async function carriedOut(learningRate: number) {
  const home = mkdtempSync(join(tmpdir(), 'lab-not-finite-'))
  homes.push(home)
  const method = { kind: 'fine-tuning' } as const
  const { folder } = await tinyRun(home, { method, training: { ...training, learningRate } })
  await carryOutRun(home, folder.runId)
  return folder
}

describe('a run that diverges', () => {
  it.each(['eager', 'traced'])(
    'fails, %s, when the last step of an epoch breaks the weights: it has no score',
    async (execution) => {
      process.env['LAB_EXECUTION'] = execution

      const folder = await carriedOut(1e30)

      const { status, failure, epochs, best } = folder.read()
      expect({ status, epochs, best, code: failure?.code }).toEqual({
        status: 'failed',
        epochs: [],
        best: null,
        code: 'loss-not-finite',
      })
      expect(failure?.message).toContain('at the end of epoch 1')
      expect(folder.readEvents().map(({ type }) => type)).not.toContain('evaluation')
      expect(folder.checkpointSteps()).toEqual([])
      expect(readdirSync(folder.path)).not.toContain('checkpoints.tmp')
    },
  )

  it('comes to its end with the learning rate that the advice names', async () => {
    process.env['LAB_EXECUTION'] = 'eager'
    const { failure } = (await carriedOut(1e30)).read()
    const advised = /try (\S+)\.$/.exec(failure?.hint ?? '')?.[1]

    expect((await carriedOut(Number(advised))).read().status).toBe('done')
  })
})
