/** `node bench/step.mjs`: one training step of the lab against PyTorch's, on this machine, interleaved in rounds. */
import { resolve } from 'node:path'
import { exitCodes } from './command/bench-failure.mjs'
import { runCommand } from './command/run-command.mjs'
import { pythonFor } from './environment/python-environment.mjs'
import { torchEnvironment } from './environment/releases.mjs'
import { labScript } from './step/contenders.mjs'
import { runStepBench } from './step/run-step-bench.mjs'
import { chosenContenders, chosenMethods, chosenSize, stepFlags } from './step/step-flags.mjs'

const purpose = `One training step (forward, loss, backward, AdamW; dropout on) of the lab and of PyTorch with
transformers' BertForSequenceClassification, measured in rounds on this machine.`

await runCommand(purpose, stepFlags, async (values, signal) => {
  const device = values['device']
  const contenders = chosenContenders(values, device)
  const needsPython = contenders.some((name) => !name.startsWith('lab'))
  const options = {
    size: chosenSize(values),
    precisions: values['precision'],
    methods: chosenMethods(values),
    contenders,
    steps: values['steps'],
    warmUp: values['warm-up'],
    device,
    python: needsPython ? await pythonFor(torchEnvironment, values['python']) : '',
    lab: resolve(values['lab'] ?? labScript),
  }
  const { text, complete } = await runStepBench(options, values['rounds'], { file: values['json'], signal })
  process.stdout.write(text)
  return complete ? exitCodes.done : exitCodes.failed
})
