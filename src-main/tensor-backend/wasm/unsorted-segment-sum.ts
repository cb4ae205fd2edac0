/** The kernel of `tf.unsortedSegmentSum` that tfjs's WebAssembly backend lacks: the gradient of an embedding look-up. */
import type * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

interface SegmentSumInputs {
  readonly x: tf.TensorInfo
  readonly segmentIds: tf.TensorInfo
}

/**
 * Sums of rows that share an id, added in float32 in the order of the rows.
 *
 * @equation  y[s] = Σ_{n: segmentIds[n] = s} x[n]
 * @source    the operation UnsortedSegmentSum of TensorFlow
 * @differs   TensorFlow refuses ids at and above `numSegments`; like tfjs's plain backend, this leaves their rows out, as
 *            both do with negative ids.
 */
export const unsortedSegmentSumKernel: tf.KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    // reason: tfjs types the arguments of all kernels alike; the operation's definition says what this one gets.
    const { x, segmentIds } = inputs as unknown as SegmentSumInputs
    const { numSegments } = attrs as unknown as { readonly numSegments: number }
    return segmentSum(backend as BackendWasm, x, segmentIds, numSegments)
  },
}

/** x float32 or int32 [N, …], segmentIds int32 [N] → [numSegments, …] of x's type. */
function segmentSum(
  backend: BackendWasm,
  x: tf.TensorInfo,
  segmentIds: tf.TensorInfo,
  numSegments: number,
): tf.TensorInfo {
  const rowShape = x.shape.slice(1)
  const rowSize = rowShape.reduce((product, size) => product * size, 1)
  const output = backend.makeOutput([numSegments, ...rowShape], x.dtype)
  // Views of the heap only after the allocation, which may have moved it.
  const from = backend.typedArrayFromHeap(x)
  const ids = backend.typedArrayFromHeap(segmentIds)
  const to = backend.typedArrayFromHeap(output).fill(0)
  for (let row = 0; row < ids.length; row++) {
    const segment = ids[row]!
    if (segment < 0 || segment >= numSegments) continue
    const [start, target] = [row * rowSize, segment * rowSize]
    for (let i = 0; i < rowSize; i++) to[target + i] = to[target + i]! + from[start + i]!
  }
  return output
}
