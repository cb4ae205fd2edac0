/** Which task a data set is for, from the names of its folder and columns and from its labels. */
import { basename, dirname, resolve } from 'node:path'
import type { TaskId } from '@shared/tasks/task.ts'
import { tasks } from '@shared/tasks/task.ts'
import { columnKey } from './column-names.ts'
import type { ColumnRoles } from './column-roles.ts'
import type { LabelCensus } from './label-census.ts'
import { scoreOf } from './read-scores.ts'
import type { Table } from './table.ts'

/** A table, its columns and its labels. */
export interface LabelledTable {
  readonly table: Table
  readonly roles: ColumnRoles
  /** null: it is unlabelled. */
  readonly census: LabelCensus | null
  /** Whether its scores have decimal commas. */
  readonly hasDecimalCommas: boolean
}

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
const scoreKeys = ['score', 'similarity', 'similarity_score', 'relatedness_score'].map(columnKey)
/** Share of labels that must be numbers for fractions among them to be scores; the others are defects. */
const shareOfScores = 0.9

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
export function recognizeTask(
  tables: readonly [LabelledTable, ...LabelledTable[]],
  folderTask: TaskId | null,
): TaskId {
  const [{ table, roles }] = tables
  const names = table.columns.map((name) => name.toLowerCase())
  const hasPairs = roles.pair !== null
  if (folderTask !== null && tasks[folderTask].texts === (hasPairs ? 'pair' : 'single')) return folderTask
  if (table.isCola) return 'cola'
  if (names.includes('#1 string') && names.includes('#2 string')) return 'mrpc'
  if (names.includes('genre') && names.includes('score') && hasPairs) return 'stsb'
  const labelled = tables.find(({ census }) => census !== null)
  if (labelled === undefined || labelled.census === null) return 'classification'
  // Most, not all: a label outside the set is a defect of the file, not a sign of another task.
  const areRteLabels = shareOf(labelled.census, (label) => tasks.rte.labels.includes(label)) > 0.5
  if (names.join() === 'index,sentence1,sentence2,label' && areRteLabels) return 'rte'
  const labelName = columnKey(labelled.table.columns[labelled.roles.label ?? -1] ?? '')
  return scoreKeys.includes(labelName) || areFractions(labelled) ? 'regression' : 'classification'
}

/** Whether the labels are numbers and some are not whole: scores under the name "label". */
function areFractions({ census, hasDecimalCommas }: LabelledTable): boolean {
  if (census === null) return false
  const score = (label: string): number | null => scoreOf(label, hasDecimalCommas)
  const hasFraction = [...census.counts.keys()].some((label) => {
    const value = score(label)
    return value !== null && !Number.isInteger(value)
  })
  return hasFraction && shareOf(census, (label) => score(label) !== null) >= shareOfScores
}

function shareOf({ counts, labelled }: LabelCensus, isOne: (label: string) => boolean): number {
  let found = 0
  for (const [label, { count }] of counts) if (isOne(label)) found += count
  return found / labelled
}
