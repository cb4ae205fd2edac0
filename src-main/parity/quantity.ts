/** Quantities to compare, computed eagerly or as a graph. */
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { compile, type Signature, type Tensors } from '@main/tracer/compile.ts'
import { compareNumbers, type ComparisonRow, type Numbers, type Tolerance } from './comparison-row.ts'
import type { TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import type * as tf from '@tensorflow/tfjs'

/** A tensor and what it must be. */
export interface Quantity {
  readonly architecture: string
  readonly name: string
  readonly tensor: tf.Tensor
  readonly expected: Numbers
  readonly tolerance: Tolerance
}

/**
 * A quantity.
 *
 * @param architecture fixture it belongs to
 * @param name what it is
 * @param tensor ours
 * @param expected the reference
 * @param tolerance allowed error
 */
export function toCompare(
  architecture: string,
  name: string,
  tensor: tf.Tensor,
  expected: Numbers,
  tolerance: Tolerance,
): Quantity {
  return { architecture, name, tensor, expected, tolerance }
}

/**
 * How tensors are computed: calls `describe` with the inputs, or with tensors of a graph that stand for them, and compares
 * every quantity.
 */
export type Execution = (
  inputs: Tensors,
  describe: (inputs: Tensors) => readonly Quantity[],
) => ComparisonRow[]

const compare = ({ architecture, name, expected, tolerance }: Quantity, actual: tf.Tensor): ComparisonRow =>
  compareNumbers(architecture, name, actual.dataSync(), expected, tolerance)

/** Operation by operation. */
export const eagerExecution: Execution = (inputs, describe) =>
  inScope(() => describe(inputs).map((quantity) => compare(quantity, quantity.tensor)))

/**
 * All quantities of a call as one function of a TensorFlow graph.
 *
 * @param backend tfjs-node's backend
 */
export function tracedExecution(backend: TensorflowBackend): Execution {
  return (inputs, describe) =>
    inScope(() => {
      let quantities: readonly Quantity[] = []
      const signature: Signature = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
      )
      const graph = compile(backend, {
        variables: new Map(),
        functions: {
          quantities: {
            inputs: signature,
            body(recorded) {
              quantities = describe(recorded)
              return Object.fromEntries(quantities.map(({ tensor }, index) => [`${index}`, tensor]))
            },
          },
        },
      })
      try {
        const found = graph.run('quantities', inputs)
        return quantities.map((quantity, index) => compare(quantity, found[`${index}`]!))
      } finally {
        graph.dispose()
      }
    })
}
