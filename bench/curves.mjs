/** `node bench/curves.mjs`: whether a loss curve in bfloat16 lies where those of several float32 seeds lie. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeJson } from '../tools/setup/whole-or-nothing.mjs'
import { BenchFailure, exitCodes } from './command/bench-failure.mjs'
import { wrongUsage } from './command/flags.mjs'
import { runCommand, say } from './command/run-command.mjs'
import { curvesReport } from './curves/curves-report.mjs'
import { countExamples } from './epoch/epoch-contenders.mjs'
import { labConfig } from './epoch/lab-epoch.mjs'
import { epochTasks } from './epoch/tasks.mjs'
import { describeMachine, machineLine } from './measuring/machine.mjs'
import { watchRun } from './soak/watch-run.mjs'
import { labScript } from './step/contenders.mjs'

const purpose = `Fine-tunes with several seeds in float32 and with the first of them in bfloat16, and compares the smoothed losses of
the training steps.`

/** @type {Readonly<Record<string, import('./command/flags.mjs').Flag>>} */
const curvesFlags = {
  task: { kind: 'text', help: 'task', default: 'rte', choices: Object.keys(epochTasks) },
  data: { kind: 'text', help: 'folder of the data set' },
  checkpoint: { kind: 'text', help: 'folder of the checkpoint' },
  steps: { kind: 'whole', help: 'steps that are compared', default: 300 },
  window: { kind: 'whole', help: 'steps that a point of a curve is the mean of', default: 25 },
  seeds: { kind: 'whole', help: 'float32 seeds: 1, 2, …', default: 3, least: 2 },
  batch: { kind: 'whole', help: 'examples of a step', default: 16 },
  lab: { kind: 'text', help: "script of the lab's command line (default: tools/lab.mjs)" },
  json: { kind: 'text', help: 'file for all losses' },
}

await runCommand(purpose, curvesFlags, async (values, signal) => {
  for (const name of ['data', 'checkpoint'])
    if (values[name] === undefined) throw wrongUsage(`--${name} is missing`)
  const machine = await describeMachine()
  say(machineLine(machine))
  const { task, steps, batch, window, seeds } = values
  const data = resolve(values['data'])
  const checkpoint = resolve(values['checkpoint'])
  const stepsPerEpoch = Math.ceil(countExamples(data, task, undefined) / batch)
  const maxLength = epochTasks[task]?.maxLength ?? 128
  const options = { data, checkpoint, task, batch, maxLength }
  /** @type {(precision: string, seed: number) => Promise<number[]>} */
  const lossesOf = async (precision, seed) => {
    const home = mkdtempSync(join(tmpdir(), 'addrop-curves-'))
    try {
      const config = /** @type {any} */ (labConfig(/** @type {any} */ (options), precision))
      const maxEpochs = Math.ceil(steps / stepsPerEpoch)
      config.training = { ...config.training, seed, maxEpochs, patience: maxEpochs }
      const file = join(home, 'config.json')
      writeFileSync(file, JSON.stringify(config))
      const args = [resolve(values['lab'] ?? labScript), 'run', file, '--events']
      const { losses, trouble } = await watchRun({ args, home: join(home, 'lab'), marks: [] }, signal)
      if (trouble !== undefined)
        throw new BenchFailure(`A run did not get through: ${trouble}`, exitCodes.failed)
      say(`${precision}, seed ${seed}: ${losses.length} steps`)
      return losses.slice(0, steps)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  }
  const rounded = await lossesOf('bfloat16', 1)
  /** @type {number[][]} */
  const exact = []
  for (let seed = 1; seed <= seeds; seed++) {
    exact.push(await lossesOf('float32', seed))
    if (values['json'])
      writeJson(values['json'], { bench: 'curves', machine, settings: values, exact, rounded })
  }
  process.stdout.write(`${machineLine(machine)}\n${curvesReport(exact, rounded, window)}\n`)
  return exitCodes.done
})
