/** tfjs's WebAssembly backend, with the kernels it lacks and an end to its memory. */
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { repairAdvice } from '@main/platform/program-files.ts'
import { LabError } from '@shared/failures/failure.ts'
import { matrixProductKernel } from './matrix-product.ts'
import { limitMemory, type WasmHeap } from './memory-limit.ts'
import { unsortedSegmentSumKernel } from './unsorted-segment-sum.ts'

/** What a run's record says of the backend. */
export interface WasmFacts {
  readonly version: string
  readonly threads: number
}

let prepared: Promise<WasmFacts> | null = null

/**
 * Loads the backend and makes it tfjs's; with SIMD where the processor has it. It has one thread: the library switches
 * its threads off under Node. The `.wasm` files are read from the package's folder.
 *
 * @throws LabError `engine-unavailable`
 */
export async function loadWasm(): Promise<WasmFacts> {
  try {
    const facts = await (prepared ??= prepare())
    await tf.setBackend('wasm')
    return facts
  } catch (cause) {
    throw new LabError(
      'engine-unavailable',
      `WebAssembly could not be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      repairAdvice(__filename),
      { cause },
    )
  }
}

async function prepare(): Promise<WasmFacts> {
  const library = await import('@tensorflow/tfjs-backend-wasm')
  registerKernels()
  if (!(await tf.setBackend('wasm'))) throw new Error('The backend did not start.')
  // reason: the package's types of Emscripten's module are those of a browser page.
  limitMemory((tf.backend() as BackendWasm).wasm as unknown as WasmHeap)
  return { version: library.version_wasm, threads: library.getThreadsCount() }
}

/** Before the backend starts: it prepares the kernels that are there. */
function registerKernels(): void {
  const product = tf.getKernel('BatchMatMul', 'wasm')
  tf.unregisterKernel('BatchMatMul', 'wasm')
  tf.registerKernel(matrixProductKernel(product))
  tf.registerKernel(unsortedSegmentSumKernel)
}
