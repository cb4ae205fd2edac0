/** A quick look at dropped or chosen paths: are they a data set, and for which task? */
import { basename } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { readFirstLines } from './data-file.ts'
import { listDatasetFiles } from './dataset-files.ts'
import { readTable } from './read-table.ts'
import { recognizeTask, taskOfFolder } from './recognize-task.ts'
import type { Table } from './table.ts'

/** Bytes looked at in each file. */
const mostBytes = 65_536

/**
 * What the paths seem to hold, from the beginning of each file; importing them may still find problems.
 *
 * @param paths files and folders as the person gave them
 * @returns null when they hold no data set the lab can read
 */
export async function inspectDatasetPaths(
  paths: readonly string[],
): Promise<{ readonly task: TaskId | null; readonly description: string } | null> {
  const files = await orNull(() => listDatasetFiles(paths))
  if (files === null || files[0] === undefined) return null
  const folderTask = taskOfFolder(files[0].path)
  const tables: Table[] = []
  const names: string[] = []
  for (const file of files) {
    const table = await orNull(async () =>
      readTable(await readFirstLines(file.path, mostBytes), folderTask === 'cola' && !file.isOptional),
    )
    // Importing would refuse a defective file of a data set with a message; here the others tell what it is.
    if (table === null) continue
    tables.push(table)
    names.push(basename(file.path))
  }
  const [first, ...others] = tables
  if (first === undefined) return null
  const task = recognizeTask([first, ...others], folderTask)
  return { task, description: `${tasks[task].label}: ${names.join(', ')}` }
}

async function orNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read()
  } catch (thrown) {
    if (thrown instanceof LabError) return null
    throw thrown
  }
}
