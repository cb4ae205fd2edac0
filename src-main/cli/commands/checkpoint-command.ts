/** `lab checkpoint add|list|show`: checkpoints. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { hubModelOf, namesHub, type HubModel } from '@main/checkpoints/hub/hub-model.ts'
import { remark, type CommandContext, type CommandDefinition } from '@main/cli/command-context.ts'
import { formatBytes } from '@main/cli/duration.ts'
import { done } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import { LabError } from '@shared/failures/failure.ts'
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

/** Registers what lies at a path, or fetches a model: what is there is a path, whatever else its name could mean. */
async function added(text: string, context: CommandContext): Promise<CheckpointSummary> {
  const { workingFolder } = context.surroundings
  const path = resolve(workingFolder, text)
  const model = hubModelOf(text)
  // A misspelled path below a folder that is there is no reason to ask the network.
  const isPath = existsSync(path) || existsSync(resolve(workingFolder, text.split('/')[0]!))
  if (model !== null && (namesHub(text) || !isPath)) return fetched(model, context)
  if (namesHub(text))
    throw new LabError(
      'invalid-argument',
      `"${text}" is no name of a model on the hub.`,
      'Write hf://owner/name, with @revision behind it where it is not the newest.',
    )
  try {
    return await context.lab('writing').checkpoints.import({ path })
  } catch (thrown) {
    const isName = hubModelOf(`hf://${text}`) !== null
    if (!(thrown instanceof LabError && thrown.code === 'not-found' && isName && !existsSync(path)))
      throw thrown
    const hint = `Check the path; to fetch the model of this name from the hub: lab checkpoint add hf://${text}.`
    throw new LabError('not-found', thrown.message, hint, { cause: thrown })
  }
}

/** Fetches with a line on standard error for each tenth. */
function fetched(model: HubModel, context: CommandContext): Promise<CheckpointSummary> {
  let told = ''
  remark(context, `Fetching ${model.id} (${model.revision}) from the hub.`)
  return context.lab('writing').checkpoints.fetch(model, {
    onProgress: ({ file, bytes, totalBytes }) => {
      const tenth = totalBytes === null ? 0 : Math.floor((10 * bytes) / Math.max(1, totalBytes))
      const text = totalBytes === null ? file : `${tenth * 10} % of ${formatBytes(totalBytes)}`
      if (text !== told) remark(context, `${text}${totalBytes === null ? '' : ` (${file})`}`)
      told = text
    },
  })
}

/** Adds `lab checkpoint`. */
export const addCheckpointCommand: CommandDefinition = (program, context) => {
  const checkpoint = program.command('checkpoint').description('checkpoints: add, list, show')
  checkpoint
    .command('add')
    .description(
      'register a Hugging Face checkpoint (a folder is referenced, an archive unpacked, a model of the hub fetched)',
    )
    .argument(
      '<path>',
      'folder with config.json, weights and tokenizer; a zip or wheel with one in it; or a model of the hub: owner/name, hf://name, each with @revision behind it',
    )
    .action(async (path: string) => {
      const summary = await added(path, context)
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
