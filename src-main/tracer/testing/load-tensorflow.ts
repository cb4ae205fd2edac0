/** TensorFlow for the tracer's tests, without the lab around it. */
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import { registerGatherKernel } from '../gather-kernel.ts'
import type { TensorflowBackend } from '../tensorflow-backend.ts'

/**
 * Loads tfjs-node and makes it tfjs's backend.
 *
 * @returns the backend
 */
export async function loadTensorflow(): Promise<TensorflowBackend> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  tf.enableProdMode()
  createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu')
  await tf.setBackend('tensorflow')
  registerGatherKernel()
  return tf.backend() as unknown as TensorflowBackend
}

/** Entry `index` of test data that depends on `key`: in [-1, 1), never regular. */
const entry = (index: number, key: number): number =>
  (Math.sin((index + 1) * 12.9898 + key * 78.233) * 43758.5453) % 1

/**
 * float32 test data, the same for the same key.
 *
 * @param shape sizes
 * @param key makes different data
 */
export function testTensor(shape: readonly number[], key: number): tf.Tensor {
  const size = shape.reduce((total, axis) => total * axis, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, index) => entry(index, key)),
    [...shape],
  )
}
