/** `node bench/gpu.mjs`: the step bench on an NVIDIA GPU, with everything that takes. */
import { resolve } from 'node:path'
import { exitCodes } from './command/bench-failure.mjs'
import { runCommand } from './command/run-command.mjs'
import { planGpuBench } from './gpu/gpu-plan.mjs'
import { enginesOf, fileForSize, gpuFlags } from './gpu/gpu-flags.mjs'
import { labScript } from './step/contenders.mjs'
import { runStepBench } from './step/run-step-bench.mjs'
import { sizes } from './step/sizes.mjs'
import { chosenContenders, chosenMethods } from './step/step-flags.mjs'

const purpose = `One training step of the lab and of PyTorch on this machine's NVIDIA GPU, in TF32 and bfloat16. Makes two
Python environments first: PyTorch with transformers, and TensorFlow's libraries with CUDA's for the lab.`

await runCommand(purpose, gpuFlags, async (values, signal) => {
  const dryRun = values['dry-run']
  const { python, 'tensorflow-python': tensorflowPython } = values
  const plan = await planGpuBench({ python, tensorflowPython, dryRun })
  const device = dryRun ? 'cpu' : 'cuda'
  const contenders = chosenContenders(values, device).filter((name) => plan.python || name.startsWith('lab'))
  const options = {
    precisions: values['precision'],
    methods: chosenMethods(values),
    contenders,
    steps: dryRun ? Math.min(2, values['steps']) : values['steps'],
    warmUp: values['warm-up'],
    device: /** @type {'cpu' | 'cuda'} */ (device),
    python: plan.python ?? '',
    lab: resolve(values['lab'] ?? labScript),
    labEnvironment: plan.labEnvironment,
  }
  const names = /** @type {string[]} */ (dryRun ? ['tiny'] : values['size'])
  let exitCode = exitCodes.done
  for (const name of names) {
    const size = /** @type {import('./step/sizes.mjs').Size} */ (sizes[name])
    const surroundings = { file: fileForSize(values['json'], name), signal }
    const rounds = dryRun ? 1 : values['rounds']
    const { measurements, text, complete } = await runStepBench({ ...options, size }, rounds, surroundings)
    process.stdout.write(`\n── ${name}, GPU: ${plan.gpu}\n${text}`)
    const elsewhere = enginesOf(measurements).filter((engine) => !engine.includes('gpu'))
    if (!dryRun && elsewhere.length > 0)
      process.stdout.write(`The lab did NOT compute on the GPU, but with ${elsewhere.join(', ')}.\n`)
    if (!complete || (!dryRun && elsewhere.length > 0)) exitCode = exitCodes.failed
  }
  return exitCode
})
