/** TensorFlow's counter-based random numbers. */
import * as tf from '@tensorflow/tfjs'
import { typeAttribute, type TensorflowBackend } from './tensorflow-binding.ts'
import type { UniformSource } from '@main/ml/random/uniform-source.ts'

/**
 * Uniform numbers by StatelessRandomUniform (Philox 4×32-10, Salmon et al. 2011): equal keys give equal numbers, whatever
 * the number of threads, on CPU and GPU.
 *
 * @param backend tfjs-node's backend
 * @returns source of float32 numbers in [0, 1)
 */
export function tensorflowUniform(backend: TensorflowBackend): UniformSource {
  const attributes = [
    typeAttribute(backend, 'dtype', 'TF_FLOAT'),
    typeAttribute(backend, 'T', 'TF_INT32'),
    typeAttribute(backend, 'Tseed', 'TF_INT32'),
  ]
  return (shape, key) =>
    tf.tidy(() =>
      backend.executeSingleOutput('StatelessRandomUniform', attributes, [
        tf.tensor1d([...shape], 'int32'),
        tf.tensor1d([...key], 'int32'),
      ]),
    )
}
