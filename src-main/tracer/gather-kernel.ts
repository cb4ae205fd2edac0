/** Rows of a table on TensorFlow without a look at the indices in JavaScript. */
import * as tf from '@tensorflow/tfjs'
import { typeAttribute, type TensorflowBackend } from './tensorflow-backend.ts'

/**
 * Replaces tfjs-node's kernel of `tf.gather`, which copies all indices to JavaScript to check them. TensorFlow checks
 * them itself on the CPU; on a GPU an index out of range gives zeros.
 */
export function registerGatherKernel(): void {
  if (tf.getKernel('GatherV2', 'tensorflow')) tf.unregisterKernel('GatherV2', 'tensorflow')
  tf.registerKernel({
    kernelName: 'GatherV2',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tensorflow = backend as unknown as TensorflowBackend
      const { x, indices } = inputs as unknown as { x: tf.Tensor; indices: tf.Tensor }
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number }
      const attributes = [
        { name: 'batch_dims', type: tensorflow.binding['TF_ATTR_INT']!, value: batchDims },
        typeAttribute(tensorflow, 'Tparams', x.dtype === 'int32' ? 'TF_INT32' : 'TF_FLOAT'),
        typeAttribute(tensorflow, 'Tindices', 'TF_INT32'),
        typeAttribute(tensorflow, 'Taxis', 'TF_INT32'),
      ]
      return tensorflow.executeSingleOutput('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')])
    },
  })
}
