/** Runs: launch, list, show, series, control. */
import { logTail } from '@main/engine-client/engine-log-tail.ts'
import { removeDurably } from '@main/platform/file-content.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { readStepSeries } from '@main/storage/step-series.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { isResumable, type RunStatus } from '@shared/results/run-status.ts'
import type { EngineHandle } from '@main/engine-client/engine-client.ts'
import type { EventHub } from './event-hub.ts'
import type { Lab } from './lab.ts'
import type { RunCatalog } from './run-catalog.ts'
import { decideControl } from './run-control.ts'
import type { RunLauncher } from './run-launcher.ts'
import type { RunQueue } from './run-queue.ts'
import { exportRun } from './run-export.ts'
import { unlockRun } from './run-unlock.ts'
import { parseRunConfig } from './study-expansion.ts'

/** Most of the engine's log that a window is given. */
const shownLogBytes = 65_536

/** What the use cases around runs work with. */
export interface RunServiceOptions {
  readonly home: string
  readonly queue: RunQueue
  readonly launcher: RunLauncher
  readonly catalog: RunCatalog
  readonly hub: EventHub
}

/**
 * The use cases around runs.
 *
 * @param options queue, launcher, catalog
 */
export function runService(options: RunServiceOptions): Lab['runs'] {
  const { home, queue, launcher, catalog, hub } = options
  return {
    launch: async (config, { baseFolder = process.cwd() } = {}) => {
      const prepared = await launcher.prepare([parseRunConfig(config, 'The run config')], baseFolder)
      const warnings = launcher.warnings(prepared)
      const runIds = await launcher.create(prepared, null)
      queue.add(runIds)
      for (const runId of runIds) hub.send({ type: 'run-changed', item: catalog.item(runId) })
      return { runIds, warnings, notes: launcher.notes(prepared) }
    },
    list: () => Promise.resolve().then(() => catalog.list()),
    unreadable: () => Promise.resolve().then(() => catalog.unreadable()),
    show: ({ runId }) =>
      Promise.resolve().then(() => {
        const folder = RunFolder.open(home, runId)
        const summary = folder.read()
        return {
          summary,
          item: catalog.itemOf(summary),
          folder: folder.path,
          log: logTail(folder.logPath, 0, shownLogBytes),
        }
      }),
    steps: ({ runId, buckets }) =>
      Promise.resolve().then(() => readStepSeries(RunFolder.open(home, runId), buckets)),
    control: ({ runId, action }) =>
      Promise.resolve().then(() => {
        control(options, runId, action)
        return catalog.item(runId)
      }),
    unlock: async (runId) => {
      const unlocked = await unlockRun(home, runId)
      hub.send({ type: 'run-changed', item: catalog.item(runId) })
      return unlocked
    },
    export: (runId, out) => exportRun(home, runId, out),
    kill: (runId) => {
      if (queue.current?.runId === runId) queue.current.kill()
    },
  }
}

function control(
  options: RunServiceOptions,
  runId: string,
  action: 'pause' | 'stop' | 'cancel' | 'resume',
): void {
  const { home, queue, catalog, hub } = options
  const folder = RunFolder.open(home, runId)
  const ours = queue.current?.runId === runId ? queue.current : null
  const decision = decideControl(
    runId,
    ours === null ? folder.read().status : 'running',
    action,
    ours !== null,
  )
  switch (decision.kind) {
    case 'ask-engine':
      // An engine that hangs hears nothing. What a pause or a stop wants kept waits for it: it may be in a very long step.
      if (ours?.isUnresponsive === true && action === 'cancel') cancelHung(options, ours)
      else ours?.control(decision.action)
      return
    case 'set-status':
      queue.remove(runId)
      endWithoutEngine(folder, decision.status)
      hub.send({ type: 'run-changed', item: catalog.item(runId) })
      return
    case 'queue':
      queue.add([runId], true)
      hub.send({ type: 'run-changed', item: catalog.item(runId) })
      return
    case 'nothing':
      return
    default:
      assertNever(decision)
  }
}

/** Ends a run that no engine has in hand, first in its log; of a cancelled one no checkpoint stays. */
function endWithoutEngine(folder: RunFolder, status: RunStatus): void {
  folder.whileHeld((record) => {
    if (!isResumable(record.status) && record.status !== 'running') return
    const time = new Date().toISOString()
    if (record.startedAt !== null)
      folder.appendEvents([{ type: 'run-ended', runId: folder.runId, time, status, failure: null }])
    folder.update({ status, failure: null, queuePosition: null, endedAt: time })
    if (status === 'cancelled') removeDurably(folder.checkpointsPath)
  })
  folder.close()
}

/** Ends an engine that hears nothing; whatever it died of, its run is cancelled. */
function cancelHung({ home, catalog, hub }: RunServiceOptions, engine: EngineHandle): void {
  const { runId } = engine
  engine.kill()
  void engine.finished.then(() => {
    endWithoutEngine(RunFolder.open(home, runId), 'cancelled')
    hub.send({ type: 'run-changed', item: catalog.item(runId) })
  })
}
