/** `lab runs` and `lab show RUN`: what was trained. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { runText } from '@main/cli/run-text.ts'
import { formatScore } from '@main/cli/score-text.ts'
import { textTable } from '@main/cli/text-table.ts'
import type { RunListItem } from '@shared/contracts/lab-contract.ts'
import { metrics } from '@shared/tasks/metric.ts'

function bestText({ best }: RunListItem): string {
  return best === null ? '–' : `${metrics[best.metric].label} ${formatScore(best.metric, best.value)}`
}

/** Adds `lab runs` and `lab show`. */
export const addRunsCommands: CommandDefinition = (program, context) => {
  program
    .command('runs')
    .description('list every run')
    .action(async () => {
      const runs = await context.lab().runs.list()
      const table = textTable(
        [
          { title: 'Run', cell: (run) => run.runId },
          { title: 'Name', cell: (run) => run.name },
          { title: 'Study', cell: (run) => run.studyName ?? '–' },
          { title: 'State', cell: (run) => run.status },
          { title: 'Epoch', cell: (run) => `${run.epoch}/${run.maxEpochs}`, align: 'right' },
          { title: 'Best', cell: bestText, align: 'right' },
        ],
        runs,
      )
      context.answer(
        done({ runs }, runs.length === 0 ? 'No run yet. Start one with "lab run" or "lab sample".' : table),
      )
    })
  program
    .command('show')
    .description('show one run: state, epochs, times')
    .argument('<run>', 'run')
    .action(async (runId: string) => {
      const { summary, folder } = await context.lab().runs.show({ runId })
      context.answer(done(summary, runText(summary, folder)))
    })
}
