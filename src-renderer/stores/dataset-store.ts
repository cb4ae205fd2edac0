/** The imported data sets and a page of the examples of one. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { CallInput, DatasetImport, DatasetPreview } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { loadable } from './loadable.ts'
import { useNoticeStore } from './notice-store.ts'

/** Rows on a page of the preview. */
export const previewPageSize = 50

/** Data sets. */
export const useDatasetStore = defineStore('datasets', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const list = loadable<readonly DatasetSummary[]>(() => client.call('dataset.list'))
  const preview = shallowRef<DatasetPreview | null>(null)
  const previewFailure = shallowRef<Failure | null>(null)
  let latestPreview = 0

  async function loadPreview(datasetId: string, split: string, offset: number): Promise<void> {
    latestPreview += 1
    const question = latestPreview
    const answer = await client.call('dataset.preview', { datasetId, split, offset, limit: previewPageSize })
    if (question !== latestPreview) return
    previewFailure.value = answer.ok ? null : answer.failure
    preview.value = answer.ok ? answer.value : null
  }

  /** Registers a data set; renews the list when that worked. */
  async function add(input: CallInput<'dataset.import'>): Promise<Result<DatasetImport>> {
    const answer = await client.call('dataset.import', input)
    if (answer.ok && answer.value.registered) await list.load()
    return answer
  }

  async function remove(datasetId: string): Promise<boolean> {
    const answer = await client.call('dataset.remove', { datasetId })
    if (answer.ok) await list.load()
    else notices.showFailure(answer.failure)
    return answer.ok
  }

  return {
    datasets: list.value,
    failure: list.failure,
    isFirstLoad: list.isFirstLoad,
    load: list.load,
    preview,
    previewFailure,
    loadPreview,
    add,
    remove,
  }
})
