/** The labels of a data set, in index order. */
import { LabError } from '@shared/failures/failure.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { findColumns } from './columns.ts'
import type { Table } from './table.ts'

/** Above this a column of texts or scores was taken for labels. */
const mostLabels = 1000

/**
 * The task's own labels; for custom classification those that occur in the training split (in every split where there
 * is none), sorted by name, or by value when all are numbers. None for regression.
 *
 * @param taskId task
 * @param tables tables whose labels define the set
 * @failure dataset-unrecognized when fewer than two or more than a thousand labels occur
 */
export function labelSet(taskId: TaskId, tables: readonly Table[]): readonly string[] {
  const task = tasks[taskId]
  if (task.kind === 'regression' || task.labels.length > 0) return task.labels
  const found = new Set<string>()
  for (const { columns, rows, hasFixedWidth } of tables) {
    const label = findColumns(columns, task.kind)?.label
    if (label == null) continue
    for (const { fields } of rows) {
      if (hasFixedWidth && fields.length !== columns.length) continue
      const name = fields[label]?.trim() ?? ''
      if (name !== '') found.add(name)
    }
  }
  const files = tables.map((table) => table.path).join(', ')
  if (found.size < 2) {
    throw new LabError(
      'dataset-unrecognized',
      `${files}: the label column holds ${found.size === 0 ? 'no label' : `only the label "${[...found].join()}"`}; classification needs at least two.`,
      'Check that the right column is named "label".',
    )
  }
  if (found.size > mostLabels) {
    throw new LabError(
      'dataset-unrecognized',
      `${files}: the label column holds ${found.size} different values; classification takes at most ${mostLabels} labels.`,
      'Check that the right column is named "label", or choose the task regression if they are scores.',
    )
  }
  return sorted([...found])
}

function sorted(names: readonly string[]): readonly string[] {
  const areNumbers = names.every((name) => Number.isFinite(Number(name)))
  // Code units, not a locale: the order decides the indices and must be the same everywhere.
  return [...names].sort((a, b) => (areNumbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1))
}
