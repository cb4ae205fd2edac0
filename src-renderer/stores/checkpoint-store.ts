/** The imported checkpoints. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { Result } from '@shared/failures/result.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import { defineStore } from 'pinia'
import { loadable } from './loadable.ts'
import { useNoticeStore } from './notice-store.ts'

/** Checkpoints. */
export const useCheckpointStore = defineStore('checkpoints', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const list = loadable<readonly CheckpointSummary[]>(() => client.call('checkpoint.list'))

  /** Registers a checkpoint folder or file; renews the list when that worked. */
  async function add(path: string): Promise<Result<CheckpointSummary>> {
    const answer = await client.call('checkpoint.import', { path })
    if (answer.ok) await list.load()
    return answer
  }

  async function remove(checkpointId: string): Promise<boolean> {
    const answer = await client.call('checkpoint.remove', { checkpointId })
    if (answer.ok) await list.load()
    else notices.showFailure(answer.failure)
    return answer.ok
  }

  return {
    checkpoints: list.value,
    failure: list.failure,
    isFirstLoad: list.isFirstLoad,
    load: list.load,
    add,
    remove,
  }
})
