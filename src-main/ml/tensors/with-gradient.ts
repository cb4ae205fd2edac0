/** Operations with a gradient of our own, where tfjs's would be wasteful. */
import * as tf from '@tensorflow/tfjs'

/** What `tf.customGrad` itself calls; tfjs marks it private, though it is the only door to gradients by input. */
interface GradientTape {
  runKernelFunc(operation: {
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor
    backwardsFunc: (outputGradient: tf.Tensor, kept: tf.Tensor[]) => Record<string, () => tf.Tensor>
    inputs: Readonly<Record<string, tf.Tensor>>
  }): tf.Tensor
}

/**
 * A function of tensors whose gradients are computed one by one, only for the inputs that need them.
 *
 * `tf.customGrad` computes the gradients of all inputs together; in the attribution sweep, where weights need none,
 * that would cost the weight half of every product.
 *
 * @param inputs named inputs, float32
 * @param forward computes the value and names the tensors that the gradients read
 * @param gradients one function per input: dL/dvalue and the kept tensors → dL/dinput, of the input's shape
 * @returns the value that `forward` computed
 * @ownership Caller disposes the result; kept tensors live as long as the gradient tape.
 */
export function withGradient<Value extends tf.Tensor>(
  inputs: Readonly<Record<string, tf.Tensor>>,
  forward: (keep: (...tensors: tf.Tensor[]) => void) => Value,
  gradients: (outputGradient: Value, kept: tf.Tensor[]) => Record<string, () => tf.Tensor>,
): Value {
  const engine = tf.engine() as unknown as GradientTape
  return engine.runKernelFunc({
    forwardFunc: (_backend, save) => forward((...tensors) => save(tensors)),
    backwardsFunc: (outputGradient, kept) => gradients(outputGradient as Value, kept),
    inputs,
  }) as Value
}
