/** Puts a lab together: libraries, queue, and the use cases on top of them. */
import { startEngine } from '@main/engine-client/engine-client.ts'
import { runEngineTask } from '@main/engine-client/engine-task.ts'
import { createLogger } from '@main/platform/logger.ts'
import { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { DatasetLibrary } from '@main/storage/dataset-library.ts'
import { StudyLibrary } from '@main/storage/study-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { DoctorReport } from '@shared/results/doctor-report.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { checkpointService } from './checkpoint-service.ts'
import { comparisonService } from './comparison-service.ts'
import { datasetService } from './dataset-service.ts'
import { inspectDrop } from './drop-inspection.ts'
import { EventHub } from './event-hub.ts'
import type { Lab, LabOptions } from './lab.ts'
import { queueService } from './queue-service.ts'
import { RunCatalog } from './run-catalog.ts'
import { RunLauncher } from './run-launcher.ts'
import { RunQueue } from './run-queue.ts'
import { runService } from './run-service.ts'
import { sampleService } from './sample-service.ts'
import { studyService } from './study-service.ts'
import { UnreadableReport } from './unreadable-report.ts'

/** Between two updates of a running run's line; a new point must be on screen within 250 ms. */
const itemUpdateMs = 200

/**
 * Opens a lab on a data folder.
 *
 * @param options folders, and what becomes of runs that wait from an earlier session
 * @ownership The caller closes it, which pauses a running run.
 */
export function createLab(options: LabOptions): Lab {
  const { home, enginePath, sampleFolder, heartbeatTimeoutMs, queuedRuns = 'wait' } = options
  const logger = createLogger('lab')
  const hub = new EventHub()
  const unreadable = new UnreadableReport(logger)
  const studies = new StudyLibrary(home)
  const checkpointLibrary = new CheckpointLibrary(home)
  const catalog = new RunCatalog(home, studies, logger, unreadable)

  const announce = runAnnouncer(hub, catalog)
  const waiting = queuedRuns === 'leave' ? [] : catalog.queuedRunIds()
  const queue = new RunQueue({
    home,
    enginePath,
    isPaused: queuedRuns === 'wait' && waiting.length > 0,
    startEngine: (start) =>
      startEngine(heartbeatTimeoutMs === undefined ? start : { ...start, heartbeatTimeoutMs }),
    onEvent: eventFollower(hub, catalog, announce),
    onRunChanged: announce,
    onQueueChanged: (state) => hub.send({ type: 'queue-changed', queue: state }),
  })
  queue.adopt(waiting)

  const datasets = datasetService(new DatasetLibrary(home), hub, unreadable)
  const checkpoints = checkpointService(checkpointLibrary, hub, unreadable)
  const launcher = new RunLauncher({ home, datasets, checkpoints, checkpointLibrary })
  const runs = runService({ home, queue, launcher, catalog, hub })
  const studyUseCases = studyService({ home, studies, queue, launcher, catalog, hub, unreadable })
  if (queuedRuns === 'start') queue.setPaused(false)
  return {
    home,
    datasets,
    checkpoints,
    runs,
    studies: studyUseCases,
    sample: sampleService({ sampleFolder, datasets, checkpoints, studies: studyUseCases }),
    queue: queueService({ home, queue, studies, runs }),
    comparisons: comparisonService({ home, studies, version: options.version }),
    system: {
      // The report's shape is the engine task's own contract; both ends are of one build.
      doctor: async () => (await runEngineTask('doctor', { home }, { enginePath })) as DoctorReport,
    },
    inspectDrop: ({ paths }) => inspectDrop(paths),
    onEvent: (listener) => hub.listen(listener),
    close: async () => {
      await queue.close()
      hub.flush()
      catalog.close()
    },
  }
}

/** Tells listeners how a run stands now. */
function runAnnouncer(hub: EventHub, catalog: RunCatalog): (runId: string) => void {
  return (runId) => {
    try {
      hub.send({ type: 'run-changed', item: catalog.item(runId) })
    } catch (thrown) {
      // A person may delete a run's folder at any time; then there is nothing left to announce.
      if (!(thrown instanceof LabError)) throw thrown
    }
  }
}

/** Passes engine events on to listeners, and a running run's line now and then. */
function eventFollower(
  hub: EventHub,
  catalog: RunCatalog,
  announce: (runId: string) => void,
): (event: RunEvent) => void {
  let updatedMs = -Infinity
  return (event) => {
    catalog.follow(event)
    hub.gather(event)
    const isDue = event.type !== 'step' || performance.now() - updatedMs >= itemUpdateMs
    if (!isDue) return
    updatedMs = performance.now()
    announce(event.runId)
  }
}
