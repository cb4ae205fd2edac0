/** Which tensor engine runs here; the only place that loads one. */
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import { repairAdvice } from '@main/platform/program-files.ts'
import { LabError } from '@shared/failures/failure.ts'
import { createAdamW } from '@main/ml/optimizers/adam-w.ts'
import { javascriptUniform } from '@main/ml/random/uniform-source.ts'
import {
  chooseEngine,
  engineAskedFor,
  type EngineChoice,
  type EngineLoaders,
  type EngineName,
} from './choose-engine.ts'
import { registerGatherKernel } from '@main/tracer/gather-kernel.ts'
import { computesOnGpu } from './gpu-library.ts'
import { requestFusion } from './graph-fusion.ts'
import { registerKthSmallestKernel } from './kth-smallest-kernel.ts'
import { resourceAdamW } from './resource-adam-w.ts'
import { tensorflowUniform } from './tensorflow-uniform.ts'
import { checkTensorflowVersion } from './tensorflow-version.ts'
import { loadWasm } from './wasm/load-wasm.ts'
import type { TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import type { OptimizerFactory } from '@main/ml/optimizers/optimizer.ts'
import type { UniformSource } from '@main/ml/random/uniform-source.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'

/** A loaded engine: what the numerical code needs from it, and what a run's record says of it. */
export interface TensorEngine {
  readonly info: EngineInfo
  readonly uniform: UniformSource
  readonly createOptimizer: OptimizerFactory
  /** What compiles functions to graphs; null where only eager execution exists. */
  readonly graphs: TensorflowBackend | null
}

/** The package with the binding; with scripts off, the set-up compiles and places it. */
const tensorflowPackage = '@tensorflow/tfjs-node-gpu'

/** A loaded engine, and why it is not the usual one. */
export interface LoadedEngine extends TensorEngine, Pick<EngineChoice<unknown>, 'fallbackNote'> {}

/**
 * Loads an engine: the one asked for, else TensorFlow, else WebAssembly, else plain JavaScript.
 *
 * @param asked the person's wish; `LAB_ENGINE` when left out
 * @param load how each engine is loaded; the real ways when left out
 * @returns the engine
 * @throws LabError `engine-unavailable` when the engine asked for cannot be loaded, `invalid-argument` for a wrong `LAB_ENGINE`
 */
export async function loadTensorEngine(
  asked: EngineName | null = engineAskedFor(process.env),
  load: EngineLoaders<TensorEngine> = loaders,
): Promise<LoadedEngine> {
  tf.enableProdMode()
  const { engine, fallbackNote } = await chooseEngine(asked, load)
  return { ...engine, fallbackNote }
}

const loaders: EngineLoaders<TensorEngine> = {
  async tensorflow() {
    const backend = await loadTensorflow()
    registerGatherKernel()
    // NthElement runs on processors only; a GPU orders rows sooner than it sends them there and back.
    if (!hasGpu()) registerKthSmallestKernel()
    const version = { tensorflow: backend.binding.TF_Version }
    const info = engineInfo(hasGpu() ? 'tensorflow-gpu' : 'tensorflow-cpu', version, cpus().length)
    return {
      info,
      uniform: tensorflowUniform(backend),
      createOptimizer: resourceAdamW(backend),
      graphs: backend,
    }
  },
  async wasm() {
    const { version, threads } = await loadWasm()
    return { info: engineInfo('wasm', { wasm: version }, threads), ...plainParts }
  },
  async cpu() {
    await tf.setBackend('cpu')
    return { info: engineInfo('cpu', {}, 1), ...plainParts }
  },
}

/** What backends share that have neither random numbers nor an optimizer of their own. */
const plainParts = { uniform: javascriptUniform, createOptimizer: createAdamW, graphs: null }

/** Loads libtensorflow through tfjs-node and makes it tfjs's backend. */
async function loadTensorflow(): Promise<TensorflowBackend> {
  const device = computesOnGpu(process.env) ? 'gpu' : 'processor'
  // Equal inputs give equal sums, run for run; read by TensorFlow when it first needs it. Not on a GPU, where the gradient of
  // the embeddings would be added up row after row: a step of two layers takes 91 instead of 3 ms.
  if (device === 'processor') process.env['TF_DETERMINISTIC_OPS'] ??= '1'
  // Loading compiled code from the cache, XLA names processor features as errors that are none.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  // TensorFlow's own allocator, which it uses unasked only where oneDNN is on: from malloc's heaps, the blocks of a step
  // come back in pieces too small for the next.
  process.env['TF_CPU_ALLOCATOR_USE_BFC'] ??= 'true'
  // TensorFlow leaves oneDNN's kernels off on processors without VNNI instructions, where they take a tenth to a fifth off
  // a step as well (docs/performance.md).
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1'
  requestFusion(process.env, device)
  try {
    createRequire(__filename)(tensorflowPackage)
    if (!(await tf.setBackend('tensorflow'))) throw new Error('The backend did not start.')
  } catch (cause) {
    throw new LabError(
      'engine-unavailable',
      `TensorFlow could not be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      repairAdvice(__filename),
      { cause },
    )
  }
  // A library for GPUs that found none it can use computes on the processor.
  if (!hasGpu()) process.env['TF_DETERMINISTIC_OPS'] ??= '1'
  const backend = tf.backend() as unknown as TensorflowBackend
  checkTensorflowVersion(backend.binding.TF_Version)
  return backend
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
function engineInfo(
  backend: EngineInfo['backend'],
  versions: Readonly<Record<string, string>>,
  threads: number,
): EngineInfo {
  return {
    backend,
    mode: 'eager',
    versions: { node: process.versions.node, tfjs: tf.version_core, ...versions },
    device: cpus()[0]?.model.trim() ?? 'unknown processor',
    threads,
  }
}
