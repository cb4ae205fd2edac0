/** `lab runs` and `lab show RUN`: what was trained. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { runText } from '@main/cli/run-text.ts'
import { formatScore, missing } from '@main/cli/score-text.ts'
import { textTable } from '@main/cli/text-table.ts'
import type { RunListItem } from '@shared/contracts/lab-contract.ts'
import type { UnreadableRun } from '@shared/results/unreadable-run.ts'
import { metrics } from '@shared/tasks/metric.ts'

function bestText({ best, undefinedScore }: RunListItem): string {
  if (best === null) return undefinedScore === null ? missing : `${missing} (undefined)`
  return `${metrics[best.metric].label} ${formatScore(best.metric, best.value)}`
}

function unreadableText({ runId, studyId, folder, reason, hint }: UnreadableRun): string {
  const of = studyId === null ? '' : ` of study ${studyId}`
  return `Unreadable: ${runId}${of} in ${folder}: ${reason} ${hint}`
}

/** Adds `lab runs` and `lab show`. */
export const addRunsCommands: CommandDefinition = (program, context) => {
  program
    .command('runs')
    .description('list every run')
    .action(async () => {
      const lab = context.lab()
      const [runs, unreadable] = await Promise.all([lab.runs.list(), lab.runs.unreadable()])
      const table = textTable(
        [
          { title: 'Run', cell: (run) => run.runId },
          { title: 'Name', cell: (run) => run.name },
          { title: 'Study', cell: (run) => run.studyName ?? missing },
          { title: 'State', cell: (run) => run.status },
          { title: 'Epoch', cell: (run) => `${run.epoch}/${run.maxEpochs}`, align: 'right' },
          { title: 'Best', cell: bestText, align: 'right' },
        ],
        runs,
      )
      const none = 'No run yet. Start one with "lab run" or "lab sample".'
      const lines = unreadable.map(unreadableText)
      const text = [
        ...(runs.length === 0 && lines.length > 0 ? [] : [runs.length === 0 ? none : table]),
        ...lines,
      ]
      context.answer(done({ runs, unreadable }, text.join('\n')))
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
