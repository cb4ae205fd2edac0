/** Flags of the epoch bench. */
import { epochContenderNames } from './epoch-contenders.mjs'
import { epochTasks } from './tasks.mjs'

/** @type {Readonly<Record<string, import('../command/flags.mjs').Flag>>} */
export const epochFlags = {
  data: { kind: 'text', help: "folder of the task's files, such as GLUE's RTE" },
  checkpoint: { kind: 'text', help: 'folder of a BERT checkpoint' },
  task: { kind: 'text', help: 'task', choices: Object.keys(epochTasks) },
  precision: { kind: 'list', help: 'precisions', default: ['float32'], choices: ['float32', 'bfloat16'] },
  contenders: {
    kind: 'list',
    help: 'who takes part',
    default: epochContenderNames.filter((name) => name !== 'pytorch-grouped'),
    choices: epochContenderNames,
  },
  attention: { kind: 'text', help: "PyTorch's attention", default: 'sdpa', choices: ['eager', 'sdpa'] },
  device: { kind: 'text', help: "PyTorch's device", default: 'cpu', choices: ['cpu', 'cuda'] },
  batch: { kind: 'whole', help: 'examples per step', default: 16 },
  'max-length': {
    kind: 'whole',
    help: "longest input in tokens (default: the authors' for the task)",
    least: 4,
  },
  limit: { kind: 'whole', help: 'only the first N training examples' },
  rounds: { kind: 'whole', help: 'rounds', default: 3 },
  python: { kind: 'text', help: 'a Python that has the opponent (default: an environment is made)' },
  lab: { kind: 'text', help: "script of the lab's command line (default: tools/lab.mjs)" },
  json: { kind: 'text', help: 'file for all raw rounds' },
}
