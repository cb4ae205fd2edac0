/** `lab run CONFIG.json`: one run in the foreground. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { remark } from '@main/cli/command-context.ts'
import { inForeground } from '@main/cli/foreground.ts'
import { readJsonFile } from '@main/cli/json-file.ts'
import { runAnswer } from '@main/cli/run-answer.ts'

/** Adds `lab run`. */
export const addRunCommand: CommandDefinition = (program, context) => {
  program
    .command('run')
    .description('carry out one run in the foreground')
    .argument('<config>', 'run config, a JSON file')
    .action(async (path: string) => {
      const { workingFolder } = context.surroundings
      const config = await readJsonFile(path, workingFolder)
      const { launch, isInterrupted } = await inForeground(context, async (lab) => {
        const launched = await lab.runs.launch(config, { baseFolder: workingFolder })
        for (const warning of launched.warnings) remark(context, `Warning: ${warning}`)
        for (const note of launched.notes) remark(context, `Note: ${note}`)
        return launched
      })
      const [runId = ''] = launch.runIds
      context.answer(await runAnswer(context.lab(), runId, isInterrupted))
    })
}
