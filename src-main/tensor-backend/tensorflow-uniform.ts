/** The lab's random numbers as TensorFlow operations, which a compiler fuses into whatever uses them. */
import * as tf from '@tensorflow/tfjs'
import { typeAttribute, type TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import { indexFactor, mixingFactors, type UniformSource } from '@main/ml/random/uniform-source.ts'

/**
 * Uniform numbers by hashing the index of every entry: the same numbers as `javascriptUniform`, bit for bit, whatever
 * the number of threads, on CPU and GPU.
 *
 * @param backend tfjs-node's backend
 * @returns source of float32 numbers in [0, 1)
 */
export function tensorflowUniform(backend: TensorflowBackend): UniformSource {
  const int32 = [typeAttribute(backend, 'T', 'TF_INT32')]
  const bits = (op: string, a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    backend.executeSingleOutput(op, int32, [a, b])
  /** h ⊕ (h >>> n); TensorFlow's shift of int32 keeps the sign, which the mask takes away. */
  const fold = (h: tf.Tensor, shift: number): tf.Tensor => {
    const shifted = bits('RightShift', h, tf.scalar(shift, 'int32'))
    return bits('BitwiseXor', h, bits('BitwiseAnd', shifted, tf.scalar(2 ** (32 - shift) - 1, 'int32')))
  }
  const finalize = (h: tf.Tensor): tf.Tensor => {
    const once = tf.mul(fold(h, 16), tf.scalar(mixingFactors[0], 'int32'))
    return fold(tf.mul(fold(once, 13), tf.scalar(mixingFactors[1], 'int32')), 16)
  }
  return (shape, [step, site]) =>
    tf.tidy(() => {
      const isKnown = typeof step === 'number'
      const key = isKnown ? tf.scalar(step | 0, 'int32') : step
      // A graph would add the constant terms up once and for all, to a tensor of the full shape for every site, which costs
      // hundreds of megabytes and more time than adding them anew. A factor that only a run tells to be 1 forbids it.
      const one = isKnown ? null : bits('BitwiseAnd', bits('BitwiseOr', key, oneBit()), oneBit())
      const start = axisTerms(shape).reduce<tf.Tensor>(
        (sum, term) => tf.add(sum, one === null ? term : tf.mul(term, one)),
        key,
      )
      const hash = finalize(bits('BitwiseXor', finalize(start), tf.scalar(site, 'int32')))
      const high = bits(
        'BitwiseAnd',
        bits('RightShift', hash, tf.scalar(8, 'int32')),
        tf.scalar(0xffffff, 'int32'),
      )
      return tf.mul(tf.cast(high, 'float32'), 2 ** -24)
    })
}

const oneBit = (): tf.Scalar => tf.scalar(1, 'int32')

/** int32 terms, one per axis, that add up to `index · indexFactor` of every entry. */
function axisTerms(shape: readonly number[]): tf.Tensor[] {
  let stride = 1
  const terms: tf.Tensor[] = []
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!
    const factor = Math.imul(stride, indexFactor)
    const values = Int32Array.from({ length: size }, (_, place) => Math.imul(place, factor))
    terms.unshift(tf.tensor(values, [size, ...new Array<number>(shape.length - 1 - axis).fill(1)], 'int32'))
    stride *= size
  }
  return terms
}
