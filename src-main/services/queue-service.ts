/** The queue as its users see it, and going on with what was left unfinished. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readableRuns } from '@main/storage/readable-runs.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { StudyLibrary } from '@main/storage/study-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import { isResumable, type RunStatus } from '@shared/results/run-status.ts'
import type { Lab } from './lab.ts'
import type { RunQueue } from './run-queue.ts'

/** Longest wait for an engine that lost its supervisor: the step it is in, and a checkpoint. */
const orphanMs = 30_000
const pollMs = 200

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
      const single = isRun(options.home, id)
      const runIds = single ? [id] : studyRuns(options, id)
      await untilOrphansEnded(options, runIds)
      if (single) {
        await runs.control({ runId: id, action: 'resume' })
        return [id]
      }
      const unfinished = runIds.filter((runId) => isResumable(statusOf(options, runId)))
      queue.add(unfinished, true)
      return unfinished
    },
    trouble: () => queue.trouble,
    refusalOf: (runId) => queue.refusalOf(runId),
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

const statusOf = ({ home }: QueueServiceOptions, runId: string): RunStatus =>
  RunFolder.open(home, runId).read().status

/** Runs of a study whose records can be read: a damaged or deleted one does not keep the others from going on. */
function studyRuns({ home, studies }: QueueServiceOptions, id: string): string[] {
  try {
    return readableRuns(home, studies.get(id).runIds)
  } catch (thrown) {
    if (!(thrown instanceof LabError) || thrown.code !== 'not-found') throw thrown
    throw new LabError(
      'not-found',
      `There is no run and no study “${id}” in ${home}.`,
      '"lab runs" lists them.',
    )
  }
}

/** An engine whose supervisor was killed still writes a checkpoint; whoever resumes at once waits for that. */
async function untilOrphansEnded(options: QueueServiceOptions, runIds: readonly string[]): Promise<void> {
  const ownRunId = options.queue.current?.runId ?? null
  const active = (): string | undefined =>
    runIds.find((runId) => runId !== ownRunId && statusOf(options, runId) === 'running')
  for (let waitedMs = 0; active() !== undefined && waitedMs < orphanMs; waitedMs += pollMs)
    await sleep(pollMs)
  const runId = active()
  if (runId !== undefined) throw RunFolder.open(options.home, runId).lock.heldBy()
}
