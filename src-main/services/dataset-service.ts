/** Data sets: import, list, preview, remove, and finding the one a run names. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { importDataset } from '@main/datasets/import-dataset.ts'
import { summarizeDataset } from '@main/datasets/summarize-dataset.ts'
import type { DatasetLibrary } from '@main/storage/dataset-library.ts'
import { isIdentifier } from '@main/storage/lab-home.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { DatasetSummary, Example } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import type { EventHub } from './event-hub.ts'
import type { Lab } from './lab.ts'
import type { UnreadableReport } from './unreadable-report.ts'

/**
 * The use cases around data sets.
 *
 * @param library where they are kept
 * @param hub told when the list changes
 * @param unreadable told what cannot be listed
 */
export function datasetService(
  library: DatasetLibrary,
  hub: EventHub,
  unreadable: UnreadableReport,
): Lab['datasets'] {
  const importPaths = importer(library, hub)

  const resolveReference: Lab['datasets']['resolve'] = async (reference, { task, baseFolder }) => {
    const known = isIdentifier(reference) ? findKnown(library, reference) : null
    if (known !== null) return known
    const path = resolve(baseFolder, reference)
    if (!existsSync(path))
      throw new LabError(
        'not-found',
        `Data set "${reference}" was not found: no data set has this id, and ${path} does not exist.`,
        'List the data sets with "lab dataset list", or give the path of a folder or file.',
      )
    const result = await importPaths({ paths: [path], task, name: null, skipProblemRows: false })
    if (result.registered) return result.dataset
    const recognized = await recognizedTask(path)
    if (recognized !== null && recognized !== result.task)
      throw new LabError(
        'task-mismatch',
        `Data set ${path} looks like task "${recognized}", but the run is for task "${result.task}", as which ${result.problemRows} of its rows cannot be read.`,
        `Set "task" to "${recognized}", or choose another data set.`,
      )
    const [first] = result.problems
    throw new LabError(
      'dataset-problem-rows',
      `Data set ${path} has ${result.problemRows} rows that cannot be read; the first is ${first?.file ?? ''}, row ${first?.row ?? 0}: ${first?.message ?? ''}`,
      'Import it with "lab dataset add", which lists them all; --skip-problem-rows leaves them out.',
    )
  }

  return {
    import: importPaths,
    list: () => Promise.resolve().then(() => unreadable.entriesOf(library.list())),
    get: (datasetId) => Promise.resolve().then(() => library.get(datasetId)),
    preview: async ({ datasetId, split, offset, limit }) => {
      const dataset = library.get(datasetId)
      const examples = await library.examplePage(datasetId, split, offset, limit)
      const { kind } = tasks[dataset.task]
      const labelName = ({ label, words, wordLabels }: Example): string | null => {
        if (words !== undefined) return taggedWords(words, wordLabels ?? [], dataset.labels)
        return kind === 'classification' && label !== undefined ? (dataset.labels[label] ?? null) : null
      }
      const rows = examples.map((example, index) => ({
        ...example,
        row: offset + index + 1,
        labelName: labelName(example),
      }))
      return { dataset, split, offset, rows }
    },
    remove: ({ datasetId }) =>
      Promise.resolve().then(() => {
        library.remove(datasetId)
        hub.send({ type: 'library-changed', what: 'datasets' })
        return null
      }),
    resolve: resolveReference,
  }
}

/** The words that have another label than `O`, each with its label. */
function taggedWords(
  words: readonly string[],
  wordLabels: readonly number[],
  labels: readonly string[],
): string {
  const tagged = words.flatMap((word, place) => {
    const label = labels[wordLabels[place] ?? -1] ?? 'O'
    return label === 'O' ? [] : [`${word} ${label}`]
  })
  return tagged.length === 0 ? 'O' : tagged.join(', ')
}

/** Reads and registers data sets. */
function importer(library: DatasetLibrary, hub: EventHub): Lab['datasets']['import'] {
  return async ({ paths, task, name, skipProblemRows, reading }) => {
    const parsed = await importDataset(paths, {
      task: task ?? undefined,
      name: name ?? undefined,
      skipProblemRows,
      reading,
    })
    const goodRows = Object.values(parsed.splits).reduce((sum, split) => sum + split.examples.length, 0)
    if (parsed.problemRows > 0 && !skipProblemRows) {
      const { name: parsedName, task: parsedTask, dialect, notes, problems, problemRows } = parsed
      return {
        registered: false,
        name: parsedName,
        task: parsedTask,
        dialect,
        notes,
        problems,
        problemRows,
        goodRows,
      }
    }
    const examples = Object.fromEntries(
      Object.entries(parsed.splits).map(([split, { examples: rows }]) => [split, rows]),
    )
    const dataset = library.add(summarizeDataset(parsed, '', new Date().toISOString()), examples)
    hub.send({ type: 'library-changed', what: 'datasets' })
    return { registered: true, dataset }
  }
}

/** The task that the files themselves tell; null when they cannot be read without one. */
async function recognizedTask(path: string): Promise<TaskId | null> {
  try {
    return (await importDataset([path])).task
  } catch (thrown) {
    if (thrown instanceof LabError) return null
    throw thrown
  }
}

function findKnown(library: DatasetLibrary, datasetId: string): DatasetSummary | null {
  try {
    return library.get(datasetId)
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code === 'not-found') return null
    throw thrown
  }
}
