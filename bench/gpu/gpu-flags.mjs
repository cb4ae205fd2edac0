/** Flags of the GPU bench, and what is read off its rounds. */
import { parse, format } from 'node:path'
import { sizes } from '../step/sizes.mjs'
import { measuringFlags } from '../step/step-flags.mjs'

/** @type {Readonly<Record<string, import('../command/flags.mjs').Flag>>} */
export const gpuFlags = {
  size: {
    kind: 'list',
    help: 'presets, one after the other',
    default: ['minilm-l6', 'bert-base'],
    choices: Object.keys(sizes),
  },
  ...measuringFlags,
  steps: { kind: 'whole', help: 'warm steps of each contender in each round', default: 50 },
  'warm-up': { kind: 'whole', help: "PyTorch's steps before those", default: 10 },
  'tensorflow-python': {
    kind: 'text',
    help: 'a Python that has tensorflow[and-cuda] (default: an environment is made)',
  },
  'dry-run': {
    kind: 'switch',
    help: 'the same on the processor, one round at a tiny size; installs nothing, uses what is there',
  },
}

/**
 * The file for one size's raw rounds: `results.json` becomes `results.minilm-l6.json`.
 *
 * @param {string | undefined} file
 * @param {string} size
 * @returns {string | undefined}
 */
export function fileForSize(file, size) {
  if (file === undefined) return undefined
  const { dir, name, ext } = parse(file)
  return format({ dir, name: `${name}.${size}`, ext })
}

/**
 * The engines that the lab says it computed with.
 *
 * @param {readonly { answer: any }[]} measurements
 * @returns {string[]} each once
 */
export function enginesOf(measurements) {
  const engines = measurements.flatMap(({ answer }) => (answer?.engine ? [answer.engine] : []))
  return [
    ...new Set(
      engines.map((engine) => (typeof engine === 'string' ? engine : String(engine.backend ?? 'unknown'))),
    ),
  ]
}
