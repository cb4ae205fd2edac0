/** `lab study STUDY.json`: every run of a study, one after the other. */
import { studyConfig } from '@shared/config/study-config.ts'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { remark } from '@main/cli/command-context.ts'
import { inForeground } from '@main/cli/foreground.ts'
import { readJsonFile } from '@main/cli/json-file.ts'
import { studyAnswer } from '@main/cli/run-answer.ts'
import { invalidConfig } from '@main/services/config-issues.ts'

/** Adds `lab study`. */
export const addStudyCommand: CommandDefinition = (program, context) => {
  program
    .command('study')
    .description('carry out a study: a grid of settings and seeds; resumable')
    .argument('<study>', 'study, a JSON file')
    .action(async (path: string) => {
      const { workingFolder } = context.surroundings
      const input = await readJsonFile(path, workingFolder)
      const parsed = studyConfig.safeParse(input)
      if (!parsed.success) throw invalidConfig(`Study "${path}"`, parsed.error, input)
      const { launch, isInterrupted } = await inForeground(context, async (lab) => {
        const launched = await lab.studies.launch({ study: parsed.data }, { baseFolder: workingFolder })
        for (const warning of launched.warnings) remark(context, `Warning: ${warning}`)
        for (const note of launched.notes) remark(context, `Note: ${note}`)
        remark(context, `Study ${launched.studyId}: ${launched.runIds.length} runs`)
        return launched
      })
      context.answer(await studyAnswer(context.lab(), launch.studyId, isInterrupted))
    })
}
