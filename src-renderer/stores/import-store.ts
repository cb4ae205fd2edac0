/** From paths that were dropped or chosen to registered data sets and checkpoints, or to a question or an error. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import { countOf } from '@renderer/format/numbers.ts'
import { readingByItself, type DatasetReading } from '@shared/contracts/dataset-reading.ts'
import type { DropInspection } from '@shared/contracts/lab-contract.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useCheckpointStore } from './checkpoint-store.ts'
import { useDatasetStore } from './dataset-store.ts'
import { useKeptBackStore, type KeptBackDataset } from './kept-back-store.ts'
import { useNoticeStore } from './notice-store.ts'

/** What a person said about a data set; all else is found out. */
export interface ImportDecision {
  readonly task: TaskId | null
  readonly reading: DatasetReading
  readonly skipProblemRows: boolean
}

/** Task and form are recognised by the import itself, over the whole files. */
const recognized: ImportDecision = { task: null, reading: readingByItself, skipProblemRows: false }

/** Where to go after an import. */
export type ImportOutcome =
  | { readonly kind: 'dataset'; readonly datasetId: string }
  | { readonly kind: 'dataset-problems' }
  | { readonly kind: 'checkpoint'; readonly checkpointId: string }
  | { readonly kind: 'checkpoint-failed' }
  | { readonly kind: 'nothing' }

/** Imports. */
export const useImportStore = defineStore('imports', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const keptBack = useKeptBackStore()
  const stores = { datasets: useDatasetStore(), checkpoints: useCheckpointStore(), keptBack, notices }
  const activeImports = ref(0)

  async function importFiles(files: readonly File[]): Promise<ImportOutcome> {
    const tokens = await Promise.all(files.map((file) => client.tokenForFile(file)))
    const paths = tokens.filter((token) => token !== '')
    if (paths.length > 0) return await importPaths(paths)
    notices.show('bad', 'What was dropped is no file or folder on this machine.', 'Drop files or a folder.')
    return { kind: 'nothing' }
  }

  async function choose(purpose: 'dataset' | 'checkpoint'): Promise<ImportOutcome> {
    const answer = await client.call('dialog.open', { purpose })
    if (!answer.ok) notices.showFailure(answer.failure)
    return answer.ok && answer.value.paths.length > 0
      ? await importPaths(answer.value.paths)
      : { kind: 'nothing' }
  }

  async function importPaths(paths: readonly string[]): Promise<ImportOutcome> {
    return await counted(async () => {
      const inspected = await client.call('drop.inspect', { paths: [...paths] })
      let outcome: ImportOutcome = { kind: 'nothing' }
      if (!inspected.ok) notices.showFailure(inspected.failure)
      else for (const found of inspected.value) outcome = moreUrgent(outcome, await importFound(found))
      return outcome
    })
  }

  async function counted(work: () => Promise<ImportOutcome>): Promise<ImportOutcome> {
    activeImports.value += 1
    try {
      return await work()
    } finally {
      activeImports.value -= 1
    }
  }

  async function importFound(found: DropInspection): Promise<ImportOutcome> {
    switch (found.kind) {
      case 'dataset':
        return await importDataset(stores, found.paths, recognized)
      case 'checkpoint': {
        let outcome: ImportOutcome = { kind: 'nothing' }
        for (const path of found.paths) outcome = moreUrgent(outcome, await importCheckpoint(stores, path))
        return outcome
      }
      case 'unknown':
        notices.show('bad', found.description, 'Drop data files or a checkpoint folder.')
        return { kind: 'nothing' }
      default:
        return assertNever(found)
    }
  }

  /** Tries a data set again that was kept back, with another decision. */
  async function retryDataset(kept: KeptBackDataset, decision: ImportDecision): Promise<ImportOutcome> {
    keptBack.dismiss(kept.id)
    return await counted(() => importDataset(stores, kept.paths, decision))
  }

  /** Reads the files of a registered data set again, otherwise. */
  async function readAgain(dataset: DatasetSummary, decision: ImportDecision): Promise<ImportOutcome> {
    const paths = Object.values(dataset.splits).map(({ source }) => source.path)
    return await counted(() => importDataset(stores, paths, decision))
  }

  const isImporting = computed(() => activeImports.value > 0)
  return { isImporting, importFiles, choose, retryDataset, readAgain }
})

interface Stores {
  readonly datasets: ReturnType<typeof useDatasetStore>
  readonly checkpoints: ReturnType<typeof useCheckpointStore>
  readonly keptBack: ReturnType<typeof useKeptBackStore>
  readonly notices: ReturnType<typeof useNoticeStore>
}

async function importDataset(
  { datasets, keptBack, notices }: Stores,
  paths: readonly string[],
  decision: ImportDecision,
): Promise<ImportOutcome> {
  const { task, reading, skipProblemRows } = decision
  const answer = await datasets.add({ paths: [...paths], task, name: null, skipProblemRows, reading })
  if (!answer.ok || !answer.value.registered) {
    const problems = answer.ok && !answer.value.registered ? answer.value : null
    keptBack.addDataset({ paths, task, reading, problems, failure: answer.ok ? null : answer.failure })
    return { kind: 'dataset-problems' }
  }
  const { name, datasetId, skippedRows } = answer.value.dataset
  const leftOut = skippedRows > 0 ? `${countOf(skippedRows, 'row')} left out.` : ''
  notices.show('good', `Added the data set ${name}.`, leftOut)
  return { kind: 'dataset', datasetId }
}

async function importCheckpoint(
  { checkpoints, keptBack, notices }: Stores,
  path: string,
): Promise<ImportOutcome> {
  const answer = await checkpoints.add(path)
  if (!answer.ok) {
    keptBack.addCheckpoint(path, answer.failure)
    return { kind: 'checkpoint-failed' }
  }
  notices.show('good', `Added the checkpoint ${answer.value.name}.`)
  return { kind: 'checkpoint', checkpointId: answer.value.checkpointId }
}

/** What needs a person's eye first, when several things were dropped at once. */
const urgency: Readonly<Record<ImportOutcome['kind'], number>> = {
  'dataset-problems': 4,
  'checkpoint-failed': 3,
  dataset: 2,
  checkpoint: 1,
  nothing: 0,
}

function moreUrgent(first: ImportOutcome, second: ImportOutcome): ImportOutcome {
  return urgency[second.kind] >= urgency[first.kind] ? second : first
}

/**
 * Where to go after an import, as an address of the router; null stays where one is.
 *
 * @param outcome of the import
 */
export function outcomePath(outcome: ImportOutcome): string | null {
  switch (outcome.kind) {
    case 'dataset':
      return `/data/${outcome.datasetId}`
    case 'dataset-problems':
      return '/data'
    case 'checkpoint':
      return `/checkpoints/${outcome.checkpointId}`
    case 'checkpoint-failed':
      return '/checkpoints'
    case 'nothing':
      return null
    default:
      return assertNever(outcome)
  }
}
