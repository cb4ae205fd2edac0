/** The queue as its users see it, and going on with what was left unfinished. */
import { RunFolder } from '@main/storage/run-folder.ts'
import type { StudyLibrary } from '@main/storage/study-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import { isResumable } from '@shared/results/run-status.ts'
import type { Lab } from './lab.ts'
import type { RunQueue } from './run-queue.ts'

/** What the use cases around the queue work with. */
export interface QueueServiceOptions {
  readonly home: string
  readonly queue: RunQueue
  readonly studies: StudyLibrary
  readonly runs: Lab['runs']
}

/**
 * The use cases around the queue.
 *
 * @param options queue, studies, runs
 */
export function queueService(options: QueueServiceOptions): Lab['queue'] {
  const { queue, runs } = options
  return {
    state: () => Promise.resolve(queue.state()),
    setPaused: ({ paused }) => Promise.resolve().then(() => queue.setPaused(paused)),
    move: ({ runId, position }) => Promise.resolve().then(() => queue.move(runId, position)),
    start: () => Promise.resolve().then(() => queue.setPaused(false)),
    idle: () => queue.idle(),
    resume: async (id) => {
      if (isRun(options.home, id)) {
        await runs.control({ runId: id, action: 'resume' })
        return [id]
      }
      const runIds = unfinishedRuns(options, id)
      queue.add(runIds, true)
      return runIds
    },
    trouble: () => queue.trouble,
  }
}

function isRun(home: string, id: string): boolean {
  try {
    RunFolder.open(home, id)
    return true
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code === 'not-found') return false
    throw thrown
  }
}

function unfinishedRuns({ home, studies }: QueueServiceOptions, id: string): string[] {
  let runIds: readonly string[]
  try {
    runIds = studies.get(id).runIds
  } catch (thrown) {
    if (!(thrown instanceof LabError) || thrown.code !== 'not-found') throw thrown
    throw new LabError(
      'not-found',
      `There is no run and no study “${id}” in ${home}.`,
      '"lab runs" lists them.',
    )
  }
  const statuses = runIds
    .filter((runId) => isRun(home, runId))
    .map((runId) => ({
      runId,
      status: RunFolder.open(home, runId).read().status,
    }))
  const active = statuses.find(({ status }) => status === 'running')
  if (active !== undefined)
    throw new LabError(
      'run-already-active',
      `Run ${active.runId} of study ${id} is being trained by another program (the app or a terminal).`,
      'Wait until it has ended, or pause it there.',
    )
  return statuses.filter(({ status }) => isResumable(status)).map(({ runId }) => runId)
}
