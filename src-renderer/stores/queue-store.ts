/** Order and state of the queue. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { QueueState } from '@shared/contracts/lab-contract.ts'
import type { Result } from '@shared/failures/result.ts'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { loadable } from './loadable.ts'
import { useNoticeStore } from './notice-store.ts'

/** Runs that wait for their turn. */
export const useQueueStore = defineStore('queue', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const state = loadable<QueueState>(() => client.call('queue.state'))

  const isPaused = computed(() => state.value.value?.paused ?? false)
  const queuedRunIds = computed(() => state.value.value?.queuedRunIds ?? [])
  const runningRunId = computed(() => state.value.value?.runningRunId ?? null)
  const positions = computed(() => new Map(queuedRunIds.value.map((runId, index) => [runId, index])))

  function replace(queue: QueueState): void {
    state.value.value = queue
  }

  async function setPaused(paused: boolean): Promise<void> {
    await replaced(client.call('queue.setPaused', { paused }))
  }

  async function move(runId: string, position: number): Promise<void> {
    await replaced(client.call('queue.move', { runId, position }))
  }

  async function replaced(asked: Promise<Result<QueueState>>): Promise<void> {
    const answer = await asked
    if (answer.ok) replace(answer.value)
    else notices.showFailure(answer.failure)
  }

  return { isPaused, queuedRunIds, runningRunId, positions, load: state.load, replace, setPaused, move }
})
