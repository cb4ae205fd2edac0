/** `lab attribute`: attention, attribution, protected set and keep mask of given cases, as tensors in a file. */
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { runEngineTask } from '@main/engine-client/engine-task.ts'

interface AttributeOptions {
  readonly checkpoint: string
  readonly cases: string
  readonly method: string
  readonly out: string
  readonly candidateRegionRatio: number
  readonly discardRate: number
  readonly layers: 'all' | readonly number[]
  readonly target: string
  readonly discards: string
  readonly seed: number
  readonly maxLength?: number
}

function parseRatio(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value < 1))
    throw new InvalidArgumentError('It must lie strictly between 0 and 1.')
  return value
}

function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}

function parseLayers(text: string): 'all' | number[] {
  return text === 'all' ? 'all' : text.split(',').map((part) => parseWhole(part.trim()))
}

/** Adds `lab attribute`. */
export const addAttributeCommand: CommandDefinition = (program, context) => {
  program
    .command('attribute')
    .description('write attention, attribution, protected set and keep mask per layer')
    .requiredOption('--checkpoint <path>', 'checkpoint folder, or id of a registered one')
    .requiredOption('--cases <file>', 'JSON file with the cases')
    .addOption(
      new Option('--method <name>', 'attribution')
        .choices(['gradient', 'integrated-gradient', 'attention', 'random'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'safetensors file to write')
    .option(
      '--candidate-region-ratio <p>',
      'share of each attention row that may be dropped',
      parseRatio,
      0.3,
    )
    .option('--discard-rate <q>', 'probability that a position of that region is dropped', parseRatio, 0.3)
    .option('--layers <list>', '"all" or 0-based indices joined by commas', parseLayers, 'all')
    .addOption(
      new Option('--target <label>', 'label whose logit is attributed')
        .choices(['pseudo-label', 'gold-label'])
        .default('pseudo-label'),
    )
    .addOption(
      new Option('--discards <end>', 'end of the ranking that may be dropped')
        .choices(['high-attribution', 'low-attribution'])
        .default('high-attribution'),
    )
    .option('--seed <number>', 'seed of the random numbers', parseWhole, 42)
    .option('--max-length <tokens>', 'longest input in tokens', parseWhole)
    .action(async (options: AttributeOptions) => {
      const { surroundings } = context
      const { workingFolder, enginePath } = surroundings
      // A folder is read where it lies; looking at it is no reason to register it.
      const registered = await context.lab().checkpoints.list()
      const known = registered.find((checkpoint) => checkpoint.checkpointId === options.checkpoint)
      const request = {
        ...options,
        checkpoint: known?.folder ?? resolve(workingFolder, options.checkpoint),
        cases: resolve(workingFolder, options.cases),
        out: resolve(workingFolder, options.out),
        maxLength: options.maxLength ?? null,
      }
      const answer = await runEngineTask('attribute', request, { enginePath, onLog: surroundings.stderr })
      context.answer(done(answer, `Written to ${request.out}`))
    })
}
