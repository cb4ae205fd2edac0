/**
 * The kernel of `tf.matMul` on WebAssembly, for operands that are to be read transposed: every affine map and its weight's
 * gradient. tfjs's own kernel multiplies those by three nested loops, at a fifth of the speed.
 */
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

interface Factors {
  readonly a: tf.TensorInfo
  readonly b: tf.TensorInfo
}
type Transposition = { readonly transposeA: boolean; readonly transposeB: boolean }

/**
 * tfjs's kernel of matrix products with one change: an operand of a single product that is read transposed is transposed
 * first, after which tfjs calls XNNPACK. Many small products at once (attention heads) stay as they are.
 *
 * @param library tfjs's kernel of BatchMatMul, which does the multiplying
 * @returns the kernel to register in its place
 */
export function matrixProductKernel(library: tf.KernelConfig): tf.KernelConfig {
  return {
    ...library,
    kernelFunc: ({ inputs, backend, attrs }) => {
      // reason: tfjs types the arguments of all kernels alike; the operation's definition says what this one gets.
      const { a, b } = inputs as unknown as Factors
      const { transposeA, transposeB } = attrs as unknown as Transposition
      if (!(transposeA || transposeB) || !isMatrix(a) || !isMatrix(b))
        return library.kernelFunc({ inputs, backend, attrs: { transposeA, transposeB } })
      const left = transposeA ? transposed(a, backend) : a
      const right = transposeB ? transposed(b, backend) : b
      const product = library.kernelFunc({
        inputs: { a: left, b: right },
        backend,
        attrs: { transposeA: false, transposeB: false },
      })
      if (transposeA) (backend as BackendWasm).disposeData(left.dataId)
      if (transposeB) (backend as BackendWasm).disposeData(right.dataId)
      return product
    },
  }
}

/** Whether it is one matrix, of whatever rank. */
function isMatrix({ shape }: tf.TensorInfo): boolean {
  return shape.slice(0, -2).every((size) => size === 1)
}

/** [..., M, N] → [..., N, M], a tensor of its own. */
function transposed(matrix: tf.TensorInfo, backend: object): tf.TensorInfo {
  const rank = matrix.shape.length
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  perm.splice(rank - 2, 2, rank - 1, rank - 2)
  const transpose = tf.getKernel('Transpose', 'wasm')
  return transpose.kernelFunc({ inputs: { x: matrix }, backend, attrs: { perm } }) as tf.TensorInfo
}
