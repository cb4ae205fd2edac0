/** Every run in the list, kept up to date by events; and what a person asked a run to do. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { RunListItem } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { UnreadableRun } from '@shared/results/unreadable-run.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useNoticeStore } from './notice-store.ts'

/** What a person may ask of a run. */
export type RunAction = 'pause' | 'stop' | 'cancel' | 'resume'

/** Whether a run has become what the action asked for. */
const isSettled: Readonly<Record<RunAction, (item: RunListItem) => boolean>> = {
  pause: (item) => item.status !== 'running',
  stop: (item) => item.status !== 'running',
  cancel: (item) => item.status === 'cancelled',
  resume: (item) => item.status === 'running' || item.status === 'queued',
}

/** Changes are shown this long after the first of them, so that a busy engine never keeps the window busy. */
const flushIntervalMs = 150

/** Runs. */
export const useRunStore = defineStore('runs', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const byId = shallowRef<ReadonlyMap<string, RunListItem>>(new Map())
  const unreadable = shallowRef<readonly UnreadableRun[]>([])
  const failure = shallowRef<Failure | null>(null)
  const hasLoaded = ref(false)
  const pendingActions = shallowRef<ReadonlyMap<string, RunAction>>(new Map())
  const waiting = new Map<string, RunListItem>()
  /** Runs that changed while a snapshot was asked for; they win over the snapshot. */
  let changedMeanwhile: Map<string, RunListItem> | null = null
  let flushTimer: ReturnType<typeof setTimeout> | null = null
  let latestLoad = 0

  async function load(): Promise<void> {
    latestLoad += 1
    const question = latestLoad
    const meanwhile = (changedMeanwhile = new Map<string, RunListItem>())
    const [answer, damaged] = await Promise.all([client.call('run.list'), client.call('run.unreadable')])
    if (question !== latestLoad) return
    changedMeanwhile = null
    failure.value = answer.ok ? null : answer.failure
    if (!answer.ok) return
    hasLoaded.value = true
    unreadable.value = damaged.ok ? damaged.value : []
    waiting.clear()
    byId.value = new Map([...answer.value.map((item) => [item.runId, item] as const), ...meanwhile])
    forgetSettledActions()
  }

  /** Takes a run's new state from an event. */
  function receive(item: RunListItem): void {
    waiting.set(item.runId, item)
    changedMeanwhile?.set(item.runId, item)
    flushTimer ??= setTimeout(flush, flushIntervalMs)
  }

  function flush(): void {
    flushTimer = null
    if (waiting.size === 0) return
    byId.value = new Map([...byId.value, ...waiting])
    waiting.clear()
    forgetSettledActions()
  }

  function forgetSettledActions(): void {
    if (pendingActions.value.size === 0) return
    pendingActions.value = new Map(
      [...pendingActions.value].filter(([runId, action]) => {
        const item = byId.value.get(runId)
        return item !== undefined && !isSettled[action](item)
      }),
    )
  }

  async function control(runId: string, action: RunAction): Promise<void> {
    pendingActions.value = new Map([...pendingActions.value, [runId, action]])
    const answer = await client.call('run.control', { runId, action })
    if (answer.ok) {
      receive(answer.value)
    } else {
      pendingActions.value = new Map([...pendingActions.value].filter(([id]) => id !== runId))
      notices.showFailure(answer.failure)
    }
  }

  async function showFolder(runId: string): Promise<void> {
    const answer = await client.call('shell.showRunFolder', { runId })
    if (!answer.ok) notices.showFailure(answer.failure)
  }

  return {
    byId,
    items: computed(() => [...byId.value.values()]),
    running: computed(() => [...byId.value.values()].filter((item) => item.status === 'running')),
    unreadable,
    failure,
    hasLoaded,
    pendingActions,
    load,
    receive,
    control,
    showFolder,
  }
})
