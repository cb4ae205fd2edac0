/** Studies: what one would launch, launching it, listing. */
import { newStudyId } from '@main/storage/identifiers.ts'
import type { StudyLibrary, StudyRecord } from '@main/storage/study-library.ts'
import { readableRuns } from '@main/storage/readable-runs.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import type { StudyListItem } from '@shared/contracts/lab-contract.ts'
import type { EventHub } from './event-hub.ts'
import type { Lab } from './lab.ts'
import type { RunCatalog } from './run-catalog.ts'
import { plannedSteps } from './run-fit.ts'
import type { RunLauncher } from './run-launcher.ts'
import type { RunQueue } from './run-queue.ts'
import { studySeconds } from './study-duration.ts'
import type { UnreadableReport } from './unreadable-report.ts'
import { runName } from '@shared/config/run-name.ts'
import { expandStudy } from './study-expansion.ts'

/** What the use cases around studies work with. */
export interface StudyServiceOptions {
  readonly home: string
  readonly studies: StudyLibrary
  readonly queue: RunQueue
  readonly launcher: RunLauncher
  readonly catalog: RunCatalog
  readonly hub: EventHub
  /** Told what cannot be listed. */
  readonly unreadable: UnreadableReport
}

const toListItem = ({ studyId, name, runIds, createdAt }: StudyRecord): StudyListItem => ({
  studyId,
  name,
  runIds,
  createdAt,
})

/**
 * The use cases around studies.
 *
 * @param options library, queue, launcher
 */
export function studyService(options: StudyServiceOptions): Lab['studies'] {
  const { home, studies, queue, launcher, catalog, hub, unreadable } = options
  return {
    plan: async ({ study }, { baseFolder = process.cwd() } = {}) => {
      const prepared = await launcher.prepare(expandStudy(study), baseFolder)
      return {
        runs: prepared.map(({ config }) => ({
          name: config.name ?? runName(config),
          method: methodLabel(config.method),
          seed: config.training.seed,
        })),
        steps: prepared.reduce((sum, { config, dataset }) => sum + plannedSteps(config, dataset), 0),
        seconds: studySeconds(prepared, catalog.recentRecords()),
        notes: launcher.notes(prepared),
      }
    },
    launch: async ({ study }, { baseFolder = process.cwd() } = {}) => {
      const prepared = await launcher.prepare(expandStudy(study), baseFolder)
      const warnings = launcher.warnings(prepared)
      const studyId = newStudyId()
      const createdAt = new Date().toISOString()
      // The study comes first: a launch that is killed leaves no waiting run of which no study knows.
      const runIds = await launcher
        .create(prepared, studyId, (ids) => {
          studies.add({ schemaVersion: 1, studyId, name: study.name, config: study, runIds: ids, createdAt })
        })
        .catch((thrown: unknown) => {
          studies.discard(studyId)
          throw thrown
        })
      queue.add(runIds)
      for (const runId of runIds) hub.send({ type: 'run-changed', item: catalog.item(runId) })
      return { studyId, runIds, warnings, notes: launcher.notes(prepared) }
    },
    list: () =>
      Promise.resolve().then(() => [...unreadable.entriesOf(studies.list())].reverse().map(toListItem)),
    get: (studyId) =>
      Promise.resolve().then(() => {
        const study = studies.get(studyId)
        return toListItem({ ...study, runIds: readableRuns(home, study.runIds) })
      }),
  }
}
