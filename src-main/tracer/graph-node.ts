/** Nodes of a TensorFlow graph, as its protocol buffers have them (tensorflow/core/framework/node_def.proto). */
import type { OperationAttribute, TensorflowBackend } from './tensorflow-backend.ts'

/** TensorFlow's number of a data type (types.proto). */
export const dataType = { float32: 1, int32: 3, int64: 9, bool: 10, bfloat16: 14, resource: 20 } as const

/** Shape of a tensor. */
export interface ShapeValue {
  readonly dim: readonly { readonly size: number }[]
}

/** Constant tensor; `content` is row-major, little-endian. */
export interface TensorValue {
  readonly dtype: number
  readonly tensorShape: ShapeValue
  readonly tensorContent: Uint8Array
}

/** Value of an attribute; exactly one key is present. */
export interface AttributeValue {
  readonly s?: Uint8Array
  readonly i?: number
  readonly f?: number
  readonly b?: boolean
  readonly type?: number
  readonly shape?: ShapeValue
  readonly tensor?: TensorValue
  readonly list?: { readonly type?: readonly number[]; readonly i?: readonly number[] }
}

/** One operation. Inputs are `node`, `node:output` or, for an order without data, `^node`. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly attr: Readonly<Record<string, AttributeValue>>
  /** Size of its output; left out where it has none, or several. Not part of the file. */
  readonly bytes?: number
}

/** Operations that change every variable among their inputs. */
export const variableWrites: ReadonlySet<string> = new Set([
  'AssignVariableOp',
  'AssignAddVariableOp',
  'AssignSubVariableOp',
  'ResourceApplyAdam',
])

/**
 * A shape attribute.
 *
 * @param shape sizes
 */
export function shapeValue(shape: readonly number[]): ShapeValue {
  return { dim: shape.map((size) => ({ size })) }
}

/**
 * A name TensorFlow accepts as a part of a node's name.
 *
 * @param name any text
 */
export function nodeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_')
}

/**
 * Attributes in the form tfjs-node's kernels give them, as graph attributes.
 *
 * @param backend for the numbers of the attribute kinds
 * @param attributes as given to `executeSingleOutput`
 */
export function graphAttributes(
  backend: TensorflowBackend,
  attributes: readonly OperationAttribute[],
): Record<string, AttributeValue> {
  return Object.fromEntries(
    attributes.map((attribute) => [attribute.name, attributeValue(backend, attribute)]),
  )
}

function attributeValue(
  backend: TensorflowBackend,
  { name, type, value }: OperationAttribute,
): AttributeValue {
  const { binding } = backend
  switch (type) {
    case binding['TF_ATTR_TYPE']:
      return Array.isArray(value) ? { list: { type: value as number[] } } : { type: value as number }
    case binding['TF_ATTR_BOOL']:
      return { b: value as boolean }
    case binding['TF_ATTR_INT']:
      return Array.isArray(value) ? { list: { i: value as number[] } } : { i: value as number }
    case binding['TF_ATTR_FLOAT']:
      return { f: value as number }
    case binding['TF_ATTR_STRING']:
      return { s: Buffer.from(value as string) }
    case binding['TF_ATTR_SHAPE']:
      return { shape: shapeValue(value as number[]) }
    default:
      throw new Error(`The attribute ${name} is of a kind the tracer does not know (${type}).`)
  }
}
