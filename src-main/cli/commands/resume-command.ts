/** `lab resume ID`: goes on with a run, or with every unfinished run of a study. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { inForeground } from '@main/cli/foreground.ts'
import { runAnswer, studyAnswer } from '@main/cli/run-answer.ts'

/** Adds `lab resume`. */
export const addResumeCommand: CommandDefinition = (program, context) => {
  program
    .command('resume')
    .description('go on with a run, or with the unfinished runs of a study')
    .argument('<id>', 'run or study')
    .action(async (id: string) => {
      const { launch, isInterrupted } = await inForeground(context, async (lab) => ({
        runIds: await lab.queue.resume(id),
      }))
      const lab = context.lab('writing')
      const isRun = launch.runIds.length === 1 && launch.runIds[0] === id
      context.answer(
        isRun ? await runAnswer(lab, id, isInterrupted) : await studyAnswer(lab, id, isInterrupted),
      )
    })
}
