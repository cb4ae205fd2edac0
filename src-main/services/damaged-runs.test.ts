import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { RunFolder } from '@main/storage/run-folder.ts'
import { StudyLibrary } from '@main/storage/study-library.ts'
import { aRecord, anEpoch } from '@main/storage/testing-records.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { createLab } from './create-lab.ts'
import type { Lab } from './lab.ts'

const home = mkdtempSync(join(tmpdir(), 'lab-damaged-'))
const labs: Lab[] = []
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()))
  rmSync(home, { recursive: true, force: true })
})

const runIds = [1, 2, 3].map((seed) => `r-${seed}`)
const recordOf = (runId: string): string => join(home, 'runs', runId, 'run.json')

/** A study of three finished runs. */
function finishedStudy(): Lab {
  for (const [index, runId] of runIds.entries()) {
    const training = { seed: index + 1 }
    const config = runConfig.parse({ schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'rte', training })
    const value = 0.5 + index / 10
    const best = { metric: 'accuracy', value, epoch: 1 } as const
    const epochs = [anEpoch({ metrics: { accuracy: value } })]
    RunFolder.create(home, aRecord({ runId, studyId: 's-1', status: 'done', config, best, epochs })).close()
  }
  const createdAt = '2026-01-02T03:04:05.000Z'
  const config = { schemaVersion: 1, name: 'three', base: {}, grid: {}, points: [] } as const
  new StudyLibrary(home).add({ schemaVersion: 1, studyId: 's-1', name: 'three', config, runIds, createdAt })
  const lab = createLab({ home, enginePath: 'none', sampleFolder: 'none', version: '0.0.0' })
  labs.push(lab)
  return lab
}

/** What can befall a record, by name. */
const damages: Readonly<Record<string, (path: string) => void>> = {
  'cut off': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  empty: (path) => truncateSync(path, 0),
  'no JSON': (path) => writeFileSync(path, 'not JSON at all'),
  'other JSON': (path) => writeFileSync(path, '[1, 2]'),
  'without a field': (path) => {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify({ ...record, config: undefined }))
  },
  'not text': (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x81])),
  gone: (path) => rmSync(path),
  'a folder': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
}

describe('a run whose record is damaged', () => {
  it.each(Object.entries(damages))(
    'shows with reason and folder, and the others are compared: %s',
    async (_, damage) => {
      const lab = finishedStudy()
      damage(recordOf('r-2'))

      expect((await lab.runs.list()).map(({ runId }) => runId).sort()).toEqual(['r-1', 'r-3'])
      const [unreadable, ...more] = await lab.runs.unreadable()
      expect(more).toEqual([])
      expect(unreadable).toMatchObject({ runId: 'r-2', studyId: 's-1', folder: join(home, 'runs', 'r-2') })
      expect(unreadable!.reason).toContain('r-2')

      for (const ids of [['s-1'], runIds]) {
        const { groups, leftOut } = await lab.comparisons.groups({ ids, baseline: null })
        expect(groups[0]!.best!.values).toEqual([0.5, 0.7])
        expect(leftOut).toEqual([
          { runId: 'r-2', reason: expect.stringContaining('cannot be read') as string },
        ])
      }
      const latex = await lab.comparisons.render({ ids: ['s-1'], baseline: null, format: 'latex' })
      expect(latex).toContain('% Left out: r-2')
      expect((await lab.studies.get('s-1')).runIds).toEqual(['r-1', 'r-3'])
    },
  )

  it('is named too when its whole folder is gone, and when no other is left', async () => {
    const lab = finishedStudy()
    for (const runId of runIds) rmSync(join(home, 'runs', runId), { recursive: true })

    expect(await lab.runs.unreadable()).toEqual([])
    const { groups, leftOut } = await lab.comparisons.groups({ ids: ['s-1'], baseline: null })
    expect(groups).toEqual([])
    expect(leftOut.map(({ runId }) => runId)).toEqual(runIds)
  })
})
