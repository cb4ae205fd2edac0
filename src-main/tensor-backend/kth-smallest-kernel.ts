/** Selection of the k-th smallest entry of every row on TensorFlow, in linear time. */
import * as tf from '@tensorflow/tfjs'
import { kthSmallestKernel } from '@main/ml/tensors/kth-smallest.ts'
import { typeAttribute, type TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'

/** Registers TensorFlow's NthElement as the kernel behind `kthSmallest`. */
export function registerKthSmallestKernel(): void {
  if (tf.getKernel(kthSmallestKernel, 'tensorflow')) return
  tf.registerKernel({
    kernelName: kthSmallestKernel,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tensorflow = backend as unknown as TensorflowBackend
      const { values } = inputs as unknown as { values: tf.Tensor }
      const { rank } = attrs as unknown as { rank: number }
      const attributes = [
        { name: 'reverse', type: tensorflow.binding['TF_ATTR_BOOL']!, value: false },
        typeAttribute(tensorflow, 'T', 'TF_FLOAT'),
      ]
      const row = tensorflow.executeSingleOutput('NthElement', attributes, [values, tf.scalar(rank, 'int32')])
      return tf.expandDims(row, -1)
    },
  })
}
