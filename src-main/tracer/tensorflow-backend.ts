/** The part of tfjs-node's backend that is called directly: TensorFlow operations and graphs tfjs has no name for. */
import type * as tf from '@tensorflow/tfjs'

/** An attribute of an operation. */
export interface OperationAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What tfjs-node remembers of a tensor's memory. */
export interface TensorRecord {
  readonly shape: readonly number[]
  /** Number of the type in the binding. */
  readonly dtype: number
  /** Handle of TensorFlow's tensor; negative while the values still wait in JavaScript. */
  readonly id: number
  readonly values: unknown
  refCount: number
}

/** tfjs-node's backend. */
export interface TensorflowBackend {
  readonly binding: Readonly<Record<string, number>> & { readonly TF_Version: string }
  readonly tensorMap: {
    has(dataId: object): boolean
    get(dataId: object): TensorRecord
    set(dataId: object, record: TensorRecord): void
  }
  executeSingleOutput: (
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
  ) => tf.Tensor
  executeMultipleOutputs: (
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ) => tf.Tensor[]
  readSync: (dataId: object) => ArrayLike<number>
  loadSavedModelMetaGraph(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(
    id: number,
    inputs: readonly tf.Tensor[],
    inputInfos: readonly { readonly name: string }[],
    outputs: readonly string[],
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
