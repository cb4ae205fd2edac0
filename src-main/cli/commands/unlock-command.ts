/** `lab unlock RUN`: takes a lock away whose holder is gone. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'

/** Adds `lab unlock`. */
export const addUnlockCommand: CommandDefinition = (program, context) => {
  program
    .command('unlock')
    .description('take a run out of the hands of a process that is gone')
    .argument('<run>', 'run')
    .action(async (runId: string) => {
      const unlocked = await context.lab().runs.unlock(runId)
      context.answer(done(unlocked, `${unlocked.reason} Run ${runId} is ${unlocked.status}.`))
    })
}
