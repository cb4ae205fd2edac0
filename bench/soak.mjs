/** `node bench/soak.mjs`: memory over thousands of steps, and whether the same run gives the same losses, bit for bit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { repositoryFolder } from '../tools/setup/folders.mjs'
import { writeJson } from '../tools/setup/whole-or-nothing.mjs'
import { BenchFailure, exitCodes } from './command/bench-failure.mjs'
import { runCommand, say } from './command/run-command.mjs'
import { describeMachine, machineLine } from './measuring/machine.mjs'
import { soakConfig, stepsPerEpoch } from './soak/soak-config.mjs'
import { soakReport } from './soak/soak-report.mjs'
import { watchRun } from './soak/watch-run.mjs'
import { labScript } from './step/contenders.mjs'

const purpose = `The same AD-DROP run on the sample several times: resident size of the engine after 200 steps and later, and
whether all losses are equal. Reads /proc, so for Linux.`

/** Steps until every shape is compiled and every buffer has its size. */
const settled = 200

/** @type {Readonly<Record<string, import('./command/flags.mjs').Flag>>} */
const soakFlags = {
  steps: { kind: 'whole', help: 'steps of a run', default: 2000, least: settled },
  rounds: { kind: 'whole', help: 'runs', default: 2 },
  attribution: {
    kind: 'text',
    help: "AD-DROP's attribution",
    default: 'gradient',
    choices: ['gradient', 'attention', 'random', 'integrated-gradient'],
  },
  precision: { kind: 'text', help: 'precision', default: 'float32', choices: ['float32', 'bfloat16'] },
  lab: { kind: 'text', help: "script of the lab's command line (default: tools/lab.mjs)" },
  json: { kind: 'text', help: 'file for losses and sizes' },
}

await runCommand(purpose, soakFlags, async (values, signal) => {
  const machine = await describeMachine()
  say(machineLine(machine))
  const { steps, attribution, precision } = values
  const marks = [settled, Math.round(steps / 2), steps]
  const sample = join(repositoryFolder, 'resources', 'sample')
  const rounds = []
  for (let round = 1; round <= values['rounds']; round++) {
    const home = mkdtempSync(join(tmpdir(), 'addrop-soak-'))
    try {
      const config = join(home, 'config.json')
      writeFileSync(config, JSON.stringify(soakConfig({ sample, steps, attribution, precision })))
      const args = [resolve(values['lab'] ?? labScript), 'run', config, '--events']
      const found = await watchRun({ args, home: join(home, 'lab'), marks }, signal)
      if (found.trouble !== undefined)
        throw new BenchFailure(`The run did not get through: ${found.trouble}`, exitCodes.failed)
      rounds.push({ losses: found.losses.slice(0, steps), megabytes: found.megabytes })
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
    say(`run ${round} of ${values['rounds']} done (epochs of ${stepsPerEpoch} steps)`)
    if (values['json']) writeJson(values['json'], { bench: 'soak', machine, settings: values, rounds })
  }
  const { text, isFlat, isRepeated } = soakReport(rounds, { first: settled, last: steps })
  process.stdout.write(`${machineLine(machine)}\n${text}\n`)
  return isFlat && isRepeated ? exitCodes.done : exitCodes.failed
})
