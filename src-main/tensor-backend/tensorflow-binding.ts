/** The part of tfjs-node's backend that the lab calls directly: TensorFlow operations tfjs has no name for. */
import type * as tf from '@tensorflow/tfjs'

/** An attribute of an operation. */
export interface OperationAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** tfjs-node's backend. */
export interface TensorflowBackend {
  readonly binding: Readonly<Record<string, number>> & { readonly TF_Version: string }
  executeSingleOutput(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor
  executeMultipleOutputs(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[]
}

/**
 * A data type attribute.
 *
 * @param backend tfjs-node's backend
 * @param name attribute name in the operation's definition
 * @param type name of the type in the binding, for instance `TF_FLOAT`
 */
export function typeAttribute(backend: TensorflowBackend, name: string, type: string): OperationAttribute {
  return { name, type: backend.binding['TF_ATTR_TYPE']!, value: backend.binding[type] }
}
