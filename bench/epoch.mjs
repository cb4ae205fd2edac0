/** `node bench/epoch.mjs`: an epoch of fine-tuning end to end, the lab against a plain PyTorch script, in rounds. */
import { resolve } from 'node:path'
import { writeJson } from '../tools/setup/whole-or-nothing.mjs'
import { exitCodes } from './command/bench-failure.mjs'
import { wrongUsage } from './command/flags.mjs'
import { runCommand, say } from './command/run-command.mjs'
import { pythonFor } from './environment/python-environment.mjs'
import { torchEnvironment } from './environment/releases.mjs'
import { countExamples, epochContenders } from './epoch/epoch-contenders.mjs'
import { epochFlags } from './epoch/epoch-flags.mjs'
import { epochReport, summarizeEpochs } from './epoch/epoch-report.mjs'
import { epochTasks } from './epoch/tasks.mjs'
import { measureInRounds, quietnessLines } from './measuring/interleaved-rounds.mjs'
import { describeMachine, machineLine } from './measuring/machine.mjs'
import { labScript } from './step/contenders.mjs'

const purpose = `The second epoch of plain fine-tuning: "lab run", planned for ten epochs and ended after two, against a PyTorch
script with transformers' tokenizer and model, padding to the longest of the batch, and to the fixed length that the
authors of AD-DROP pad to.`

/**
 * @param {import('./command/flags.mjs').FlagValues} values
 * @returns {Promise<import('./epoch/epoch-contenders.mjs').EpochOptions>}
 */
async function optionsFrom(values) {
  for (const name of ['data', 'checkpoint', 'task'])
    if (values[name] === undefined) throw wrongUsage(`--${name} is missing`)
  const contenders = /** @type {string[]} */ (values['contenders'])
  const needsPython = contenders.some((name) => name !== 'lab')
  return {
    data: resolve(values['data']),
    checkpoint: resolve(values['checkpoint']),
    task: values['task'],
    precisions: values['precision'],
    contenders,
    attention: values['attention'],
    device: values['device'],
    batch: values['batch'],
    maxLength: values['max-length'] ?? epochTasks[values['task']]?.maxLength,
    limit: values['limit'],
    python: needsPython ? await pythonFor(torchEnvironment, values['python']) : '',
    lab: resolve(values['lab'] ?? labScript),
  }
}

await runCommand(purpose, epochFlags, async (values, signal) => {
  const options = await optionsFrom(values)
  const examples = countExamples(options.data, options.task, options.limit)
  const machine = await describeMachine()
  say(machineLine(machine))
  const settings = { ...options, examples, rounds: values['rounds'] }
  const measurements = await measureInRounds(epochContenders(options), values['rounds'], {
    say,
    signal,
    keep: (rounds) => {
      const summary = summarizeEpochs(rounds, examples)
      if (values['json']) writeJson(values['json'], { bench: 'epoch', machine, settings, summary, rounds })
    },
  })
  const { task, batch, maxLength } = options
  const lines = [
    machineLine(machine),
    ...quietnessLines(measurements),
    `${task}: ${examples} examples, batch ${batch}, at most ${maxLength} tokens; second epoch, training only`,
    '',
    epochReport(summarizeEpochs(measurements, examples), measurements),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return measurements.every(({ trouble }) => trouble === null) ? exitCodes.done : exitCodes.failed
})
