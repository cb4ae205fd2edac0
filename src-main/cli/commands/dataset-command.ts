/** `lab dataset add|list|show`: data sets. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done, failed, type Answer } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import type { DatasetImport } from '@shared/contracts/lab-contract.ts'
import type { DatasetSummary, ProblemRow } from '@shared/results/dataset-summary.ts'
import { taskIds, type TaskId } from '@shared/tasks/task.ts'

interface AddOptions {
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

function problemLines(problems: readonly ProblemRow[]): string[] {
  const shown = problems.slice(0, 20).map(({ file, row, message }) => `  ${file}, row ${row}: ${message}`)
  return problems.length > shown.length ? [...shown, `  … and ${problems.length - shown.length} more`] : shown
}

function datasetText(dataset: DatasetSummary): string {
  const lines = [
    `${dataset.name}  (${dataset.datasetId}), task ${dataset.task}, ${dataset.hasPairs ? 'pairs of texts' : 'single texts'}`,
    splitTable(dataset),
  ]
  if (dataset.skippedRows > 0)
    lines.push(`${dataset.skippedRows} rows were left out:`, ...problemLines(dataset.problems))
  return lines.join('\n')
}

function importAnswer(result: DatasetImport): Answer {
  if (result.registered) return done(result.dataset, datasetText(result.dataset))
  const { name, task, problems, goodRows } = result
  const answer = failed(
    {
      code: 'dataset-problem-rows',
      message: `Data set "${name}" was not imported: ${problems.length} of ${problems.length + goodRows} rows cannot be read.`,
      hint: 'Correct these rows, or leave them out with --skip-problem-rows.',
    },
    { name, task, problems },
  )
  return { ...answer, text: [answer.text, ...problemLines(problems)].join('\n') }
}

/** Adds `lab dataset`. */
export const addDatasetCommand: CommandDefinition = (program, context) => {
  const dataset = program.command('dataset').description('data sets: add, list, show')
  dataset
    .command('add')
    .description('import a folder or files; refused when a row cannot be read')
    .argument('<path...>', 'folder or files')
    .addOption(new Option('--task <id>', 'task, where the files do not tell').choices(taskIds))
    .option('--name <name>', 'name; the folder’s when left out')
    .option('--skip-problem-rows', 'leave out rows that cannot be read; this is recorded')
    .action(async (paths: string[], options: AddOptions) => {
      const result = await context.lab().datasets.import({
        paths: paths.map((path) => resolve(context.surroundings.workingFolder, path)),
        task: options.task ?? null,
        name: options.name ?? null,
        skipProblemRows: options.skipProblemRows ?? false,
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
    .description('show one data set')
    .argument('<id>', 'data set')
    .action(async (id: string) => {
      const summary = await context.lab().datasets.get(id)
      context.answer(done(summary, datasetText(summary)))
    })
}
