/** What was dropped or chosen and not registered: rows to decide about, a task to name, or an error to read. */
import type { DatasetReading } from '@shared/contracts/dataset-reading.ts'
import type { DatasetImport } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** A data set that was not registered. */
export interface KeptBackDataset {
  readonly id: number
  readonly paths: readonly string[]
  readonly task: TaskId | null
  /** What was said about the files' form. */
  readonly reading: DatasetReading
  /** Rows that kept it out; null when something else did. */
  readonly problems: Extract<DatasetImport, { registered: false }> | null
  readonly failure: Failure | null
}

/** A checkpoint that was not registered. */
export interface KeptBackCheckpoint {
  readonly id: number
  readonly path: string
  readonly failure: Failure
}

/** Things kept back, until somebody decides. */
export const useKeptBackStore = defineStore('kept back', () => {
  const datasets = shallowRef<readonly KeptBackDataset[]>([])
  const checkpoints = shallowRef<readonly KeptBackCheckpoint[]>([])
  let lastId = 0

  function addDataset(dataset: Omit<KeptBackDataset, 'id'>): void {
    lastId += 1
    datasets.value = [...datasets.value, { ...dataset, id: lastId }]
  }

  function addCheckpoint(path: string, failure: Failure): void {
    lastId += 1
    const others = checkpoints.value.filter((checkpoint) => checkpoint.path !== path)
    checkpoints.value = [...others, { id: lastId, path, failure }]
  }

  function dismiss(id: number): void {
    datasets.value = datasets.value.filter((dataset) => dataset.id !== id)
    checkpoints.value = checkpoints.value.filter((checkpoint) => checkpoint.id !== id)
  }

  return { datasets, checkpoints, addDataset, addCheckpoint, dismiss }
})
