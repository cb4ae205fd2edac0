/** `lab sample`: the comparison that comes with the program, in the terminal. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { remark } from '@main/cli/command-context.ts'
import { inForeground } from '@main/cli/foreground.ts'
import { exitCodes } from '@main/cli/output.ts'
import { studyAnswer } from '@main/cli/run-answer.ts'
import { compareWithFineTuning, comparisonOverview, writeReport } from '@main/cli/sample-result.ts'

/** Adds `lab sample`. */
export const addSampleCommand: CommandDefinition = (program, context) => {
  program
    .command('sample')
    .description('carry out the sample comparison: fine-tuning against AD-DROP over three seeds')
    .action(async () => {
      const { launch, isInterrupted } = await inForeground(context, async (lab) => {
        const launched = await lab.sample.launch()
        for (const warning of launched.warnings) remark(context, `Warning: ${warning}`)
        for (const note of launched.notes) remark(context, `Note: ${note}`)
        remark(context, `Sample study ${launched.studyId}: ${launched.runIds.length} runs`)
        return launched
      })
      const lab = context.lab('writing')
      const answer = await studyAnswer(lab, launch.studyId, isInterrupted)
      if (answer.exitCode !== exitCodes.done) {
        context.answer(answer)
        return
      }
      const study = await lab.studies.get(launch.studyId)
      const runs = await Promise.all(
        study.runIds.map(async (runId) => (await lab.runs.show({ runId })).summary),
      )
      const comparison = await compareWithFineTuning(lab, launch.studyId)
      const report = writeReport(lab.home, study, comparison, runs)
      context.answer({
        exitCode: exitCodes.done,
        document: { studyId: study.studyId, name: study.name, runs, comparison, report },
        text: `${comparisonOverview(comparison)}\n\nReport: ${report}`,
      })
    })
}
