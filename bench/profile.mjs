/** `node bench/profile.mjs`: where a step of the lab spends its time, by operation, from TensorFlow's own tracing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { repositoryFolder } from '../tools/setup/folders.mjs'
import { writeJson } from '../tools/setup/whole-or-nothing.mjs'
import { BenchFailure, exitCodes } from './command/bench-failure.mjs'
import { runCommand, say } from './command/run-command.mjs'
import { textTable } from './command/text-table.mjs'
import { pythonFor } from './environment/python-environment.mjs'
import { tensorflowEnvironment } from './environment/releases.mjs'
import { askProgram } from './measuring/ask-program.mjs'
import { describeMachine, machineLine } from './measuring/machine.mjs'
import { labScript } from './step/contenders.mjs'
import { sizeFlags, sizeParts } from './step/sizes.mjs'
import { chosenSize, stepFlags } from './step/step-flags.mjs'

const purpose = `Time of every operation of one of the lab's steps. The lab leaves its graph in a folder; Python's TensorFlow of the
same release runs it with random weights, first untraced for the wall time, then once traced.`

const shared = Object.fromEntries(
  Object.entries(stepFlags).filter(([name]) => ['size', 'lab', 'json', ...sizeParts].includes(name)),
)

/** @type {Readonly<Record<string, import('./command/flags.mjs').Flag>>} */
const profileFlags = {
  ...shared,
  precision: { kind: 'text', help: 'precision', default: 'float32', choices: ['float32', 'bfloat16'] },
  method: { kind: 'text', help: "the lab's method, whose step is profiled", default: 'fine-tuning' },
  'masked-layers': { kind: 'text', help: 'layers AD-DROP acts on', default: 'all' },
  steps: { kind: 'whole', help: 'untraced steps', default: 5 },
  nodes: { kind: 'whole', help: 'single operations shown', default: 15 },
  threads: {
    kind: 'whole',
    help: "TensorFlow's threads, within and between operations (default: its own choice)",
  },
  'no-fusion': { kind: 'switch', help: "leave XLA's loops out, as LAB_FUSION=off does" },
  'tensorflow-python': {
    kind: 'text',
    help: "a Python that has the lab's TensorFlow (default: an environment is made)",
  },
}

/** The flags that the lab sets; without its cache of compiled code, whose entries are of another program. */
const fusionFlags = '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit --tf_xla_ops_to_cluster=FUSIBLE'

/**
 * @param {{ command: string, args: readonly string[], env?: Record<string, string> }} question
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
async function mustAsk(question, signal) {
  const { document, trouble } = await askProgram(question, signal)
  if (trouble !== undefined)
    throw new BenchFailure(`The profile could not be made: ${trouble}`, exitCodes.failed)
  return document
}

await runCommand(purpose, profileFlags, async (values, signal) => {
  const machine = await describeMachine()
  say(machineLine(machine))
  const chosen = chosenSize(values)
  const command = await pythonFor(tensorflowEnvironment, values['tensorflow-python'])
  const folder = mkdtempSync(join(tmpdir(), 'addrop-profile-'))
  try {
    const { method, precision } = values
    const what = ['--precision', precision, '--methods', method, '--masked-layers', values['masked-layers']]
    const kept = ['--steps', '1', '--keep-graph', folder, '--json']
    const args = [
      resolve(values['lab'] ?? labScript),
      'bench',
      'step',
      ...sizeFlags(chosen),
      ...what,
      ...kept,
    ]
    // The graph is the same with and without fusion, and without it is made sooner.
    await mustAsk({ command: process.execPath, args, env: { LAB_FUSION: 'off' } }, signal)
    const threads = String(values['threads'] ?? '')
    const limits = threads === '' ? {} : { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: threads }
    const script = join(repositoryFolder, 'bench', 'profile', 'profile_graph.py')
    const profile = await mustAsk(
      {
        command,
        args: [
          ...[script, '--graph', join(folder, precision), '--function', method],
          ...['--vocab', String(chosen.vocab), '--steps', String(values['steps'])],
        ],
        env: {
          TF_CPP_MIN_LOG_LEVEL: '3',
          TF_DETERMINISTIC_OPS: '1',
          TF_ENABLE_ONEDNN_OPTS: process.env['TF_ENABLE_ONEDNN_OPTS'] ?? '1',
          ...(values['no-fusion'] ? {} : { TF_XLA_FLAGS: fusionFlags }),
          ...limits,
        },
      },
      signal,
    )
    if (values['json']) writeJson(values['json'], { bench: 'profile', machine, settings: values, profile })
    process.stdout.write(`${machineLine(machine)}\n${report(profile, values['nodes'])}`)
    return exitCodes.done
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/**
 * @param {any} profile
 * @param {number} shown
 * @returns {string}
 */
function report({ wallMs, sumMs, operations, nodes }, shown) {
  const share = (/** @type {number} */ ms) => `${((100 * ms) / sumMs).toFixed(1)} %`
  const kinds = operations
    .filter((/** @type {any} */ { ms }) => ms > sumMs / 1000)
    .map((/** @type {any} */ { operation, ms, count }) => [
      operation,
      ms.toFixed(1),
      share(ms),
      String(count),
    ])
  const single = nodes
    .slice(0, shown)
    .map((/** @type {any} */ { name, operation, ms, shape }) => [
      operation,
      ms.toFixed(1),
      shape.join(' × '),
      name,
    ])
  return [
    `untraced ${wallMs.toFixed(0)} ms a step; traced, the sum over all threads is ${sumMs.toFixed(0)} ms`,
    '',
    textTable(['operation', 'thread-ms', 'share', 'count'], kinds),
    '',
    textTable(['operation', 'thread-ms', 'shape', 'name'], single),
    '',
  ].join('\n')
}
