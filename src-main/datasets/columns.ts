/** Which column of a table is the text, its pair and its label, by the names that public data sets use. */
import type { TaskKind } from '@shared/tasks/task.ts'

/** Positions of the columns that matter. */
export interface ColumnRoles {
  readonly text: number
  /** null: the table has single texts. */
  readonly pair: number | null
  /** null: the table is unlabelled. */
  readonly label: number | null
}

/** Column names in lower case; of several that are there, the first in the list is taken. */
const textNames = ['text', 'sentence1', 'premise', 'question1', 'question', '#1 string', 'sentence']
const pairNames = ['pair', 'sentence2', 'hypothesis', 'question2', '#2 string']
const labelNames: Readonly<Record<TaskKind, readonly string[]>> = {
  classification: ['label', 'gold_label', 'quality', 'score'],
  regression: ['score', 'label', 'gold_label', 'quality'],
}

/** The names for a message that says what was needed. */
export const recognizedColumns = {
  text: 'text, sentence, sentence1, premise or question',
  pair: 'pair, sentence2 or hypothesis',
  label: 'label, score or gold_label',
} as const

/** Names the lab gives to the columns of CoLA's train and dev files, which have no header. */
export const colaColumns: readonly string[] = ['source', 'label', 'mark', 'sentence']

/**
 * Finds the columns by name, whatever their case.
 *
 * @param columns names as the file writes them
 * @param kind decides between several possible label columns
 * @returns null when no column holds a text
 */
export function findColumns(columns: readonly string[], kind: TaskKind): ColumnRoles | null {
  const names = columns.map((name) => name.trim().toLowerCase())
  const firstOf = (candidates: readonly string[]): number | null => {
    const name = candidates.find((candidate) => names.includes(candidate))
    return name === undefined ? null : names.indexOf(name)
  }
  const text = firstOf(textNames)
  if (text === null) return null
  // In QNLI the second text of a question is called just "sentence".
  const pair = firstOf(names[text] === 'question' ? [...pairNames, 'sentence'] : pairNames)
  return { text, pair, label: firstOf(labelNames[kind]) }
}
