/** `lab checkpoint add|list|show`: checkpoints. */
import { resolve } from 'node:path'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import { describeHead } from '@shared/results/checkpoint-head.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import { oneLine } from '@shared/text/visible-text.ts'

function tokenizerText({ tokenizer, tokenizerPieces, config }: CheckpointSummary): string {
  if (tokenizer === null) return 'none that a run could use'
  const rows = `${config.vocabSize.toLocaleString('en-US')} embedding rows`
  const pieces = tokenizerPieces === null ? '' : `${tokenizerPieces.toLocaleString('en-US')} pieces for `
  return `${tokenizer}, ${pieces}${rows}`
}

function checkpointText(checkpoint: CheckpointSummary): string {
  const { config } = checkpoint
  return [
    `${oneLine(checkpoint.name)}  (${checkpoint.checkpointId})`,
    `Architecture: ${checkpoint.architecture}, ${config.numHiddenLayers} layers, ${config.hiddenSize} wide, ${config.numAttentionHeads} heads`,
    `Parameters: ${checkpoint.parameters.toLocaleString('en-US')}`,
    `Tokenizer: ${tokenizerText(checkpoint)}; positions: ${maxTokens(config)}`,
    describeHead(checkpoint.head),
    `Folder: ${checkpoint.folder}`,
    ...checkpoint.checks.map((check) => `Checked: ${check}`),
    ...checkpoint.warnings.map((warning) => `Warning: ${oneLine(warning)}`),
  ].join('\n')
}

/** Adds `lab checkpoint`. */
export const addCheckpointCommand: CommandDefinition = (program, context) => {
  const checkpoint = program.command('checkpoint').description('checkpoints: add, list, show')
  checkpoint
    .command('add')
    .description('register a Hugging Face checkpoint (a folder is referenced, an archive unpacked)')
    .argument('<path>', 'folder with config.json, weights and tokenizer, or a zip or wheel with one in it')
    .action(async (path: string) => {
      const summary = await context
        .lab('writing')
        .checkpoints.import({ path: resolve(context.surroundings.workingFolder, path) })
      context.answer(done(summary, checkpointText(summary)))
    })
  checkpoint
    .command('list')
    .description('list every checkpoint')
    .action(async () => {
      const checkpoints = await context.lab().checkpoints.list()
      const table = textTable(
        [
          { title: 'Checkpoint', cell: (entry) => entry.checkpointId },
          { title: 'Name', cell: (entry) => entry.name },
          { title: 'Architecture', cell: (entry) => entry.architecture },
          { title: 'Parameters', cell: (entry) => entry.parameters.toLocaleString('en-US'), align: 'right' },
        ],
        checkpoints,
      )
      context.answer(
        done(
          { checkpoints },
          checkpoints.length === 0 ? 'No checkpoint yet. Register one with "lab checkpoint add".' : table,
        ),
      )
    })
  checkpoint
    .command('show')
    .description('show one checkpoint')
    .argument('<id>', 'checkpoint')
    .action(async (id: string) => {
      const summary = await context.lab().checkpoints.get(id)
      context.answer(done(summary, checkpointText(summary)))
    })
}
