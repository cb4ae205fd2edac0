/** Carrying runs out in the foreground: events and progress as they come, Ctrl-C as a request for a checkpoint. */
import type { Lab, Launched } from '@main/services/lab.ts'
import { remark, type CommandContext } from './command-context.ts'
import { ProgressReport } from './progress-report.ts'

/** How a foreground stretch ended. */
export interface ForegroundEnd<Launch> {
  readonly launch: Launch
  /** Whether a person pressed Ctrl-C. */
  readonly isInterrupted: boolean
}

/**
 * Launches runs and waits until they have ended or were interrupted.
 *
 * The first Ctrl-C pauses the running run with a checkpoint and starts no further one; the second ends its process.
 *
 * @param context streams and form
 * @param launch queues the runs; its answer is passed on
 */
export async function inForeground<Launch extends Pick<Launched, 'runIds'>>(
  context: CommandContext,
  launch: (lab: Lab) => Promise<Launch>,
): Promise<ForegroundEnd<Launch>> {
  const lab = context.lab('writing')
  const { surroundings, form } = context
  const progress = new ProgressReport(surroundings.stderr, surroundings.isTerminal)
  const stopListening = lab.onEvent((event) => {
    if (form.events && event.type === 'run-events')
      surroundings.stdout(event.events.map((runEvent) => `${JSON.stringify(runEvent)}\n`).join(''))
    progress.apply(event)
  })
  let numInterrupts = 0
  const stopInterrupts = surroundings.onInterrupt(() => {
    numInterrupts += 1
    progress.end()
    void interrupt(context, lab, numInterrupts)
  })
  try {
    const launched = await launch(lab)
    progress.expect(launched.runIds.length)
    // Ctrl-C while the runs were being prepared: nothing has started for good yet.
    if (numInterrupts > 0) await interrupt(context, lab, numInterrupts)
    await lab.queue.idle()
    return { launch: launched, isInterrupted: numInterrupts > 0 }
  } finally {
    progress.end()
    stopInterrupts()
    stopListening()
  }
}

async function interrupt(context: CommandContext, lab: Lab, count: number): Promise<void> {
  const { runningRunId } = await lab.queue.setPaused({ paused: true })
  if (runningRunId === null) return
  if (count === 1) {
    remark(context, 'Pausing with a checkpoint after this step. Press Ctrl-C again to end at once.')
    await lab.runs.control({ runId: runningRunId, action: 'pause' })
  } else {
    lab.runs.kill(runningRunId)
  }
}
