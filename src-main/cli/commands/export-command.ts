/** `lab export RUN --format hf --out DIR`: a run's model as a folder that transformers loads. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'

/** Adds `lab export`. */
export const addExportCommand: CommandDefinition = (program, context) => {
  program
    .command('export')
    .description('write the best model of a run as a folder that transformers loads')
    .argument('<run>', 'run')
    .addOption(
      new Option('--format <format>', 'hf: a Hugging Face folder').choices(['hf']).makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'folder to write; must not exist, or be empty')
    .action(async (runId: string, { out }: { out: string }) => {
      const exported = await context
        .lab()
        .runs.export(runId, resolve(context.surroundings.workingFolder, out))
      context.answer(
        done(
          exported,
          `The model after step ${exported.step} of run ${runId} is in ${exported.folder} (${exported.architecture}).`,
        ),
      )
    })
}
