/** Scopes whose result is plain data. */
import * as tf from '@tensorflow/tfjs'

/**
 * Runs `work` and frees every tensor it made; for work whose result holds no tensor. (`tf.tidy` searches its result for
 * tensors, element by element: on a large `Float32Array` that takes seconds.)
 *
 * @param work synchronous; its result must not hold tensors
 * @returns what `work` returned
 */
export function inScope<Value>(work: () => Value): Value {
  const box: { value?: Value } = {}
  tf.tidy(() => {
    box.value = work()
  })
  return box.value as Value
}
