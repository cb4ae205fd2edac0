/** Which tensor engine runs here; the only place that loads one. */
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import { LabError } from '@shared/failures/failure.ts'
import { createAdamW } from '@main/ml/optimizers/adam-w.ts'
import { javascriptUniform } from '@main/ml/random/uniform-source.ts'
import { resourceAdamW } from './resource-adam-w.ts'
import { tensorflowUniform } from './tensorflow-uniform.ts'
import { loadWasm } from './wasm/load-wasm.ts'
import type { TensorflowBackend } from './tensorflow-binding.ts'
import type { OptimizerFactory } from '@main/ml/optimizers/optimizer.ts'
import type { UniformSource } from '@main/ml/random/uniform-source.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'

/** A loaded engine: what the numerical code needs from it, and what a run's record says of it. */
export interface TensorEngine {
  readonly info: EngineInfo
  readonly uniform: UniformSource
  readonly createOptimizer: OptimizerFactory
}

/** The package with the binding; with scripts off, the set-up compiles and places it. */
const tensorflowPackage = '@tensorflow/tfjs-node-gpu'

/**
 * Loads TensorFlow; WebAssembly or the plain JavaScript engine only where they are asked for.
 *
 * @param wanted `tensorflow`, `wasm`, or `cpu` for tiny models in tests
 * @returns the engine
 * @throws LabError `engine-unavailable` when the engine cannot be loaded
 */
export async function loadTensorEngine(
  wanted: 'tensorflow' | 'wasm' | 'cpu' = 'tensorflow',
): Promise<TensorEngine> {
  tf.enableProdMode()
  if (wanted === 'wasm') {
    const { version } = await loadWasm()
    const info = engineInfo('wasm', { wasm: version })
    return { info, uniform: javascriptUniform, createOptimizer: createAdamW }
  }
  if (wanted === 'cpu') {
    await tf.setBackend('cpu')
    return { info: engineInfo('cpu', {}), uniform: javascriptUniform, createOptimizer: createAdamW }
  }
  const backend = await loadTensorflow()
  const info = engineInfo(hasGpu() ? 'tensorflow-gpu' : 'tensorflow-cpu', {
    tensorflow: backend.binding.TF_Version,
  })
  return { info, uniform: tensorflowUniform(backend), createOptimizer: resourceAdamW(backend) }
}

/** Loads libtensorflow through tfjs-node and makes it tfjs's backend. */
async function loadTensorflow(): Promise<TensorflowBackend> {
  // Equal inputs give equal sums, run for run; read by TensorFlow when it is loaded.
  process.env['TF_DETERMINISTIC_OPS'] ??= '1'
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  try {
    createRequire(__filename)(tensorflowPackage)
    if (!(await tf.setBackend('tensorflow'))) throw new Error('The backend did not start.')
  } catch (cause) {
    throw new LabError(
      'engine-unavailable',
      `TensorFlow could not be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      'Run "npm run setup" in the repository, then "lab doctor" for what is missing.',
      { cause },
    )
  }
  return tf.backend() as unknown as TensorflowBackend
}

/** Whether the loaded TensorFlow computes on a GPU. */
function hasGpu(): boolean {
  const backend = tf.backend() as unknown as {
    readonly isGPUPackage?: boolean
    readonly isUsingGpuDevice?: boolean
  }
  return backend.isUsingGpuDevice === true
}

/** What a run's record says of the engine. */
function engineInfo(backend: EngineInfo['backend'], versions: Readonly<Record<string, string>>): EngineInfo {
  const processors = cpus()
  return {
    backend,
    mode: 'eager',
    versions: { node: process.versions.node, tfjs: tf.version_core, ...versions },
    device: processors[0]?.model.trim() ?? 'unknown processor',
    threads: processors.length,
  }
}
