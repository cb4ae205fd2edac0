/** Flags of the step bench, and the options they come to. */
import { wrongUsage } from '../command/flags.mjs'
import { gpuWays, labAlone, labMethods, torchWays } from './contenders.mjs'
import { sizeParts, sizes } from './sizes.mjs'

/** @typedef {import('../command/flags.mjs').Flag} Flag */

const methods = ['fine-tuning', 'random', 'attention', 'gradient', 'integrated-gradient']

/** @type {Readonly<Record<string, Flag>>} Flags that every command has which measures steps. */
export const measuringFlags = {
  precision: {
    kind: 'list',
    help: 'precisions',
    default: ['float32', 'bfloat16'],
    choices: ['float32', 'bfloat16'],
  },
  methods: {
    kind: 'list',
    help: "the lab's methods (integrated gradients take some 33 times as long as a step)",
    default: methods.slice(0, -1),
    choices: methods,
  },
  contenders: {
    kind: 'list',
    help: 'who takes part (default: all that the device allows)',
    choices: [labAlone, labMethods, ...torchWays, ...gpuWays, 'compile-sdpa:max-autotune'],
  },
  'no-compile': { kind: 'switch', help: 'leave torch.compile out: it takes minutes each time' },
  steps: { kind: 'whole', help: 'warm steps of each contender in each round', default: 10 },
  'warm-up': { kind: 'whole', help: "PyTorch's steps before those", default: 2 },
  rounds: { kind: 'whole', help: 'rounds', default: 3 },
  python: { kind: 'text', help: 'a Python that has the opponent (default: an environment is made)' },
  lab: { kind: 'text', help: "script of the lab's command line (default: tools/lab.mjs)" },
  json: { kind: 'text', help: 'file for all raw rounds' },
}

/** @type {Readonly<Record<string, Flag>>} */
export const stepFlags = {
  size: { kind: 'text', help: 'preset', default: 'minilm-l6', choices: Object.keys(sizes) },
  ...Object.fromEntries(
    sizeParts.map((part) => [
      part,
      { kind: /** @type {const} */ ('whole'), help: `instead of the preset's` },
    ]),
  ),
  device: { kind: 'text', help: "PyTorch's device", default: 'cpu', choices: ['cpu', 'cuda'] },
  ...measuringFlags,
}

/**
 * A preset's size with the parts that were given apart.
 *
 * @param {import('../command/flags.mjs').FlagValues} values
 * @returns {import('./sizes.mjs').Size}
 */
export function chosenSize(values) {
  const preset = sizes[values['size']]
  if (!preset) throw wrongUsage(`--size ${values['size']}: no such preset`)
  const given = sizeParts.filter((part) => values[part] !== undefined).map((part) => [part, values[part]])
  const size = /** @type {import('./sizes.mjs').Size} */ ({ ...preset, ...Object.fromEntries(given) })
  if (size.hidden % size.heads !== 0)
    throw wrongUsage(`--hidden ${size.hidden} is not a multiple of --heads ${size.heads}`)
  return size
}

/**
 * Fine-tuning is always among them: the others are told as multiples of it.
 *
 * @param {import('../command/flags.mjs').FlagValues} values
 * @returns {string[]}
 */
export function chosenMethods(values) {
  return [...new Set(['fine-tuning', .../** @type {string[]} */ (values['methods'])])]
}

/**
 * @param {import('../command/flags.mjs').FlagValues} values
 * @param {'cpu' | 'cuda'} device
 * @returns {string[]}
 */
export function chosenContenders(values, device) {
  const all = [labAlone, labMethods, ...torchWays, ...(device === 'cuda' ? gpuWays : [])]
  const named = /** @type {string[] | undefined} */ (values['contenders']) ?? all
  const chosen = named.filter((name) => !values['no-compile'] || !name.startsWith('compile-'))
  if (chosen.length === 0) throw wrongUsage('--no-compile leaves nobody of --contenders')
  return chosen
}
