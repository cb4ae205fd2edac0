/** `lab dataset add|list|show`: data sets. */
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done, failed, type Answer } from '@main/cli/output.ts'
import { addReadingOptions, readingOf, type ReadingOptions } from '@main/cli/reading-options.ts'
import { textTable } from '@main/cli/text-table.ts'
import type { DatasetImport, DatasetPreview } from '@shared/contracts/lab-contract.ts'
import type { DatasetSummary, ProblemRow } from '@shared/results/dataset-summary.ts'
import { dialectText } from '@shared/results/dialect-text.ts'
import { taskIds, type TaskId } from '@shared/tasks/task.ts'
import { oneLine } from '@shared/text/visible-text.ts'

interface AddOptions extends ReadingOptions {
  readonly task?: TaskId
  readonly name?: string
  readonly skipProblemRows?: boolean
}

function splitTable(dataset: DatasetSummary): string {
  const labels = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([label, count]) => `${label} ${count}`)
      .join(', ') || '–'
  return textTable(
    [
      { title: 'Split', cell: ([name]) => name },
      { title: 'Examples', cell: ([, split]) => String(split.examples), align: 'right' },
      { title: 'Labels', cell: ([, split]) => labels(split.labels) },
      {
        title: 'Median length',
        cell: ([, split]) => String(split.lengthQuantiles['0.5'] ?? '–'),
        align: 'right',
      },
      { title: 'Longest', cell: ([, split]) => String(split.lengthQuantiles['1'] ?? '–'), align: 'right' },
    ],
    Object.entries(dataset.splits),
  )
}

interface ShowOptions {
  readonly split?: string
  /** First and last row, counted from 1. */
  readonly rows: readonly [number, number]
}

const mostRows = 500

function rowRange(value: string): readonly [number, number] {
  const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(value) ?? []
  const from = Number(first)
  const to = Number(last ?? first)
  if (from >= 1 && to >= from && to - from < mostRows) return [from, to]
  throw new InvalidArgumentError(`A range such as 1-20 is needed, of at most ${mostRows} rows.`)
}

function rowTable({ dataset, rows }: DatasetPreview): string {
  type Row = DatasetPreview['rows'][number]
  const pair = { title: 'Second text', cell: (row: Row): string => row.pair ?? '–' }
  return textTable(
    [
      { title: 'Row', cell: (row) => String(row.row), align: 'right' },
      { title: 'Label', cell: (row) => row.labelName ?? (row.label === undefined ? '–' : String(row.label)) },
      { title: 'Text', cell: (row) => row.text },
      ...(dataset.hasPairs ? [pair] : []),
    ],
    rows,
  )
}

function problemLines(problems: readonly ProblemRow[]): string[] {
  const shown = problems
    .slice(0, 20)
    .map(({ file, row, message }) => `  ${oneLine(`${file}, row ${row}: ${message}`)}`)
  return problems.length > shown.length ? [...shown, `  … and ${problems.length - shown.length} more`] : shown
}

function datasetText(dataset: DatasetSummary): string {
  const lines = [
    `${oneLine(dataset.name)}  (${dataset.datasetId}), task ${dataset.task}, ${dataset.hasPairs ? 'pairs of texts' : 'single texts'}`,
    splitTable(dataset),
  ]
  if (dataset.dialect !== null) lines.push(`Read as: ${dialectText(dataset.dialect)}`)
  lines.push(...dataset.notes.map((note) => `Note: ${oneLine(note)}`))
  if (dataset.skippedRows > 0)
    lines.push(`${dataset.skippedRows} rows were left out:`, ...problemLines(dataset.problems))
  return lines.join('\n')
}

function importAnswer(result: DatasetImport): Answer {
  if (result.registered) return done(result.dataset, datasetText(result.dataset))
  const { name, task, dialect, notes, problems, problemRows, goodRows } = result
  const answer = failed(
    {
      code: 'dataset-problem-rows',
      message: `Data set "${name}" was not imported: ${problemRows} of ${problemRows + goodRows} rows cannot be read.`,
      hint: 'Correct these rows, or leave them out with --skip-problem-rows.',
    },
    { name, task, dialect, notes, problems },
  )
  const reading = [`Read as: ${dialectText(dialect)}`, ...notes.map((note) => `Note: ${oneLine(note)}`)]
  return { ...answer, text: [answer.text, ...problemLines(problems), ...reading].join('\n') }
}

/** Adds `lab dataset`. */
export const addDatasetCommand: CommandDefinition = (program, context) => {
  const dataset = program.command('dataset').description('data sets: add, list, show')
  const add = dataset
    .command('add')
    .description('import a folder or files; refused when a row cannot be read')
    .argument('<path...>', 'folder or files')
  addReadingOptions(add)
    .addOption(new Option('--task <id>', 'task, where the files do not tell').choices(taskIds))
    .option('--name <name>', 'name; the folder’s when left out')
    .option('--skip-problem-rows', 'leave out rows that cannot be read; this is recorded')
    .action(async (paths: string[], options: AddOptions) => {
      const result = await context.lab('writing').datasets.import({
        paths: paths.map((path) => resolve(context.surroundings.workingFolder, path)),
        task: options.task ?? null,
        name: options.name ?? null,
        skipProblemRows: options.skipProblemRows ?? false,
        reading: readingOf(options),
      })
      context.answer(importAnswer(result))
    })
  dataset
    .command('list')
    .description('list every data set')
    .action(async () => {
      const datasets = await context.lab().datasets.list()
      const table = textTable(
        [
          { title: 'Data set', cell: (entry) => entry.datasetId },
          { title: 'Name', cell: (entry) => entry.name },
          { title: 'Task', cell: (entry) => entry.task },
          {
            title: 'Examples',
            cell: (entry) =>
              Object.entries(entry.splits)
                .map(([name, split]) => `${name} ${split.examples}`)
                .join(', '),
          },
        ],
        datasets,
      )
      context.answer(
        done(
          { datasets },
          datasets.length === 0 ? 'No data set yet. Import one with "lab dataset add".' : table,
        ),
      )
    })
  dataset
    .command('show')
    .description('show one data set, or some of its rows')
    .argument('<id>', 'data set')
    .option('--split <name>', 'split whose rows are shown')
    .option('--rows <from-to>', 'rows to show, counted from 1', rowRange, [1, 10] as const)
    .action(async (id: string, options: ShowOptions) => {
      const summary = await context.lab().datasets.get(id)
      if (options.split === undefined) {
        context.answer(done(summary, datasetText(summary)))
        return
      }
      const [from, to] = options.rows
      const preview = await context.lab().datasets.preview({
        datasetId: id,
        split: options.split,
        offset: from - 1,
        limit: to - from + 1,
      })
      const { split, rows } = preview
      context.answer(done({ ...summary, split, rows }, rowTable(preview)))
    })
}
