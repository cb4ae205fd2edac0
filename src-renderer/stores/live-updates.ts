/** Connects the main process's events to the stores; a gap in the events renews every copy. */
import type { LabClient } from '@renderer/bridge/lab-client.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { useCheckpointStore } from './checkpoint-store.ts'
import { useComparisonStore } from './comparison-store.ts'
import { useDatasetStore } from './dataset-store.ts'
import { useNoticeStore } from './notice-store.ts'
import { useQueueStore } from './queue-store.ts'
import { useRunDetailStore } from './run-detail-store.ts'
import { useRunStore } from './run-store.ts'
import { useStudyStore } from './study-store.ts'

/** Between two looks at runs that somebody else trains. */
export const foreignRunsMs = 4000

/**
 * Listens first and asks for snapshots second, so that nothing falls between them.
 *
 * @param client the contract's client
 * @returns stops listening
 */
export function startLiveUpdates(client: LabClient): () => void {
  const stores = {
    runs: useRunStore(),
    queue: useQueueStore(),
    studies: useStudyStore(),
    datasets: useDatasetStore(),
    checkpoints: useCheckpointStore(),
    detail: useRunDetailStore(),
    comparison: useComparisonStore(),
    notices: useNoticeStore(),
  }
  const renewLists = (): void => {
    void stores.runs.load()
    void stores.queue.load()
    void stores.studies.load()
    void stores.datasets.load()
    void stores.checkpoints.load()
  }

  const stopEvents = client.onEvent((event) => {
    switch (event.type) {
      case 'run-changed':
        if (event.item.studyId !== null && !stores.studies.byId.has(event.item.studyId))
          void stores.studies.load()
        stores.runs.receive(event.item)
        stores.comparison.receive(event.item)
        break
      case 'run-events':
        stores.detail.receive(event.runId, event.events)
        for (const each of event.events)
          if (each.type === 'message' && each.level === 'warning')
            stores.notices.show('info', stores.runs.byId.get(each.runId)?.name ?? each.runId, each.text)
        break
      case 'queue-changed':
        stores.queue.replace(event.queue)
        break
      case 'trouble':
        stores.notices.showTrouble(event)
        break
      case 'library-changed':
        void (event.what === 'datasets' ? stores.datasets.load() : stores.checkpoints.load())
        break
      default:
        assertNever(event)
    }
  })
  const stopGaps = client.onGap(() => {
    renewLists()
    void stores.detail.renew()
    void stores.comparison.load()
  })
  renewLists()
  // A run that another program trains, or that outlived the lab which started it, sends no events here.
  const timer = setInterval(() => {
    if (stores.runs.running.some(({ runId }) => runId !== stores.queue.runningRunId)) void stores.runs.load()
  }, foreignRunsMs)
  return () => {
    clearInterval(timer)
    stopEvents()
    stopGaps()
  }
}
