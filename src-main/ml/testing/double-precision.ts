/**
 * Makes tfjs's plain JavaScript engine compute in double precision.
 *
 * Gradients then agree with finite differences to 10⁻⁸ instead of 10⁻², and losses with formulas to the last digits. The
 * engine computes with JavaScript's numbers, which are double, and rounds where it stores them in a Float32Array: with
 * another array of that name nothing is rounded. Only for tests on the plain engine; every test file has a process of
 * its own.
 */
import * as tf from '@tensorflow/tfjs'

const { platform } = tf.env()
const isTypedArray = platform.isTypedArray.bind(platform)
platform.isTypedArray = (value): value is Float32Array => value instanceof Float64Array || isTypedArray(value)
globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor

/**
 * The error function to the last digits; the engine's own is a polynomial that is off by up to 1.5e-7.
 *
 * @equation  erf x = 2/√π · exp(−x²) · Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n + 1))
 */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

tf.unregisterKernel('Erf', 'cpu')
tf.registerKernel({
  kernelName: 'Erf',
  backendName: 'cpu',
  kernelFunc({ inputs, backend }) {
    const { x } = inputs as { x: tf.TensorInfo }
    const engine = backend as tf.KernelBackend & {
      makeTensorInfo(shape: number[], dtype: 'float32', values: ArrayLike<number>): tf.TensorInfo
    }
    const values = engine.readSync(x.dataId) as Float32Array
    return engine.makeTensorInfo(x.shape, 'float32', values.map(erf))
  },
})
