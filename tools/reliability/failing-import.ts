/** The n-th file-system call of an import, a launch or an export fails, for every n: the store opens, and the next try works. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileDurably } from '@main/platform/durable-file.ts'
import {
  failAt,
  isChange,
  judgeFileCalls,
  killBefore,
  type SeenCall,
} from '@main/platform/testing/failing-calls.ts'
import { createLab } from '@main/services/create-lab.ts'
import { writeTinyCheckpoint, writeTinyRte } from '@main/services/testing/tiny-checkpoint.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Lab } from '@main/services/lab.ts'

const codes = ['EIO', 'ENOSPC', 'EACCES'] as const
const isRead = ({ name }: SeenCall): boolean => name === 'read' || name === 'readLater' || name === 'list'
const counts = (call: SeenCall): boolean => isChange(call) || isRead(call)

/** What is carried out while a call fails. */
export type StoreWork = 'import' | 'launch' | 'export'

/** A folder with a data set and a checkpoint, and a data folder beside them. */
interface Sources {
  readonly folder: string
  readonly home: string
}

function sources(): Sources {
  const folder = mkdtempSync(join(tmpdir(), 'lab-store-'))
  writeTinyCheckpoint(join(folder, 'tiny'))
  writeTinyRte(join(folder, 'RTE'))
  return { folder, home: join(folder, 'home') }
}

function openLab({ home }: Sources): Lab {
  return createLab({ home, enginePath: 'none.cjs', sampleFolder: '', version: '', queuedRuns: 'leave' })
}

const study = (): ReturnType<typeof studyConfig.parse> =>
  studyConfig.parse({
    schemaVersion: 1,
    name: 'two seeds',
    base: { schemaVersion: 1, checkpoint: 'tiny', dataset: 'RTE', task: 'rte', training: { maxLength: 32 } },
    grid: { 'training.seed': [1, 2] },
  })

async function carryOut(work: StoreWork, { folder }: Sources, lab: Lab): Promise<void> {
  if (work === 'export') return writeFileDurably(join(folder, 'table.csv'), 'new,table\n')
  if (work === 'import') {
    await lab.datasets.import({
      paths: [join(folder, 'RTE')],
      task: null,
      name: null,
      skipProblemRows: false,
    })
    await lab.checkpoints.import({ path: join(folder, 'tiny') })
    return
  }
  await lab.queue.setPaused({ paused: true })
  await lab.studies.launch({ study: study() }, { baseFolder: folder })
}

/**
 * Calls that some work makes when none fails.
 *
 * @param work which
 */
export async function numCallsOf(work: StoreWork): Promise<number> {
  let seen = 0
  await withCalls(work, (call) => {
    if (counts(call)) seen += 1
    return null
  })
  return seen
}

/**
 * Does some work while the n-th call fails, or while the process dies before it; then opens the store and does it again.
 *
 * @param work which
 * @param n 1 is the first call
 * @param isKill whether the process dies there instead
 * @returns what is wrong; empty when nothing is
 */
export async function failCallOf(work: StoreWork, n: number, isKill = false): Promise<string[]> {
  return withCalls(work, isKill ? killBefore(n, counts) : failAt(n, codes[n % codes.length]!, counts), isKill)
}

async function withCalls(
  work: StoreWork,
  judge: Parameters<typeof judgeFileCalls>[0],
  isKill = false,
): Promise<string[]> {
  const place = sources()
  const wrong: string[] = []
  writeFileSync(join(place.folder, 'table.csv'), 'old')
  const lab = openLab(place)
  const stop = judgeFileCalls(judge)
  try {
    await carryOut(work, place, lab)
  } catch (thrown) {
    if (!isKill && !(thrown instanceof LabError)) wrong.push(`uncoded: ${String(thrown)}`)
  } finally {
    stop()
  }
  await lab.close()
  wrong.push(...(await leftBehind(place)))
  rmSync(place.folder, { recursive: true, force: true })
  return wrong
}

/** What is wrong with what the work left: contents half written, runs without a study, a store that does not work. */
async function leftBehind(place: Sources): Promise<string[]> {
  const wrong: string[] = []
  const table = readFileSync(join(place.folder, 'table.csv'), 'utf8')
  if (!['old', 'new,table\n'].includes(table))
    wrong.push('a file that was there is neither the old nor the new one')
  const lab = openLab(place)
  try {
    const known = new Set((await lab.studies.list()).map(({ studyId }) => studyId))
    const runs = await lab.runs.list()
    if (runs.some(({ studyId }) => studyId !== null && !known.has(studyId))) wrong.push('a run has no study')
    await carryOut('import', place, lab)
    await carryOut('launch', place, lab)
    if ((await lab.datasets.list()).length !== 1) wrong.push('not one data set')
    if ((await lab.checkpoints.list()).length !== 1) wrong.push('not one checkpoint')
  } catch (thrown) {
    wrong.push(`not usable: ${String(thrown)}`)
  } finally {
    await lab.close()
  }
  return wrong
}
