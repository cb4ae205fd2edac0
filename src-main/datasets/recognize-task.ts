/** Which task a data set is for, from the names of its folder and columns and from its labels. */
import { basename, dirname, resolve } from 'node:path'
import type { TaskId } from '@shared/tasks/task.ts'
import { tasks } from '@shared/tasks/task.ts'
import { findColumns } from './columns.ts'
import type { Table } from './table.ts'

const taskOfFolderName: ReadonlyMap<string, TaskId> = new Map([
  ['cola', 'cola'],
  ['sst2', 'sst2'],
  ['sst', 'sst2'],
  ['mrpc', 'mrpc'],
  ['stsb', 'stsb'],
  ['sts', 'stsb'],
  ['rte', 'rte'],
  ['wnli', 'wnli'],
])

/**
 * The GLUE task a folder is named after: `RTE`, `SST-2`, `glue_sts-b`, `rte-small`, ….
 *
 * @param file a file in the folder
 */
export function taskOfFolder(file: string): TaskId | null {
  const name = basename(dirname(resolve(file))).toLowerCase()
  for (const part of [name.replace(/[^a-z0-9]/g, ''), ...name.split(/[^a-z0-9]+/)]) {
    const task = taskOfFolderName.get(part)
    if (task !== undefined) return task
  }
  return null
}

/**
 * The task whose form the tables have: the one the folder is named after if it takes as many texts as they have, else
 * the GLUE task with these columns, else `regression` for scores and `classification` for labels.
 *
 * @param tables at least one; the training split first
 * @param folderTask answer of {@link taskOfFolder}
 */
export function recognizeTask(tables: readonly [Table, ...Table[]], folderTask: TaskId | null): TaskId {
  const [table] = tables
  const names = table.columns.map((name) => name.trim().toLowerCase())
  const hasPairs = (findColumns(table.columns, 'classification')?.pair ?? null) !== null
  if (folderTask !== null && tasks[folderTask].texts === (hasPairs ? 'pair' : 'single')) return folderTask
  if (!table.hasHeader) return 'cola'
  if (names.includes('#1 string') && names.includes('#2 string')) return 'mrpc'
  if (names.includes('genre') && names.includes('score') && hasPairs) return 'stsb'
  const labelled = tables.find((candidate) => findColumns(candidate.columns, 'classification')?.label != null)
  const labelColumn = findColumns(labelled?.columns ?? [], 'classification')?.label
  if (labelled === undefined || labelColumn == null) return 'classification'
  const values = labelled.rows.map(({ fields }) => fields[labelColumn]?.trim() ?? '')
  // Most, not all: a label outside the set is a defect of the file, not a sign of another task.
  const areRteLabels = values.filter(isRteLabel).length > values.length / 2
  if (names.join() === 'index,sentence1,sentence2,label' && areRteLabels) return 'rte'
  const labelName = labelled.columns[labelColumn]?.trim().toLowerCase()
  return labelName === 'score' || areFractions(values) ? 'regression' : 'classification'
}

function isRteLabel(value: string): boolean {
  return tasks.rte.labels.includes(value)
}

/** Whether all values are numbers and some are not whole: scores under the name "label". */
function areFractions(values: readonly string[]): boolean {
  const numbers = values.map((value) => (value === '' ? NaN : Number(value)))
  return numbers.every(Number.isFinite) && !numbers.every(Number.isInteger)
}
