/** Values of stored tensors as JavaScript numbers. */
import { endianness } from 'node:os'
import type { StoredDtype } from './safetensors-header.ts'

/** A tensor as it stands in a file. */
export interface StoredTensor {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
  /** Little-endian values in row-major order. */
  readonly bytes: Uint8Array
}

/**
 * A stored tensor's values as float32: F32 as they are (a view on the same memory where its place allows), F16 and BF16
 * widened exactly, F64 rounded to the nearest float32.
 *
 * @param tensor F32, F16, BF16 or F64
 * @throws RangeError for integers, which are no weights
 */
export function toFloat32(tensor: StoredTensor): Float32Array {
  const { bytes, dtype } = tensor
  switch (dtype) {
    case 'F32':
      return float32View(bytes)
    case 'F64':
      return Float32Array.from(float64Values(bytes))
    case 'F16':
      return Float32Array.from(uint16Values(bytes), widenFloat16)
    case 'BF16':
      return widenBfloat16(uint16Values(bytes))
    default:
      throw new RangeError(
        `Tensor ${tensor.name} holds integers (${dtype}); floating-point values were expected`,
      )
  }
}

/**
 * A stored tensor's values in the narrowest array that holds each of them exactly; 64-bit integers become doubles and
 * must lie within ±2⁵³.
 *
 * @param tensor of any type
 */
export function toNumbers(
  tensor: StoredTensor,
): Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array {
  const { bytes, dtype } = tensor
  switch (dtype) {
    case 'F64':
      return float64Values(bytes)
    case 'I64':
      return Float64Array.from(bigInts(bytes), (value) => {
        if (!Number.isSafeInteger(Number(value))) throw new RangeError(`Tensor ${tensor.name} holds ${value}`)
        return Number(value)
      })
    case 'I32':
      return new Int32Array(ownBuffer(bytes))
    case 'I16':
      return new Int16Array(ownBuffer(bytes))
    case 'I8':
      return new Int8Array(ownBuffer(bytes))
    case 'U8':
    case 'BOOL':
      return bytes
    default:
      return toFloat32(tensor)
  }
}

/**
 * Whether a type holds floating-point values, as weights do.
 *
 * @param dtype type of a stored tensor
 */
export function isFloating(dtype: StoredDtype): boolean {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16' || dtype === 'F64'
}

/** Typed arrays read memory in the machine's byte order; every platform of the lab is little-endian. */
function requireLittleEndian(): void {
  if (endianness() !== 'LE') throw new Error('Stored tensors are little-endian; this processor is not')
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  requireLittleEndian()
  return new Uint8Array(bytes).buffer
}

function float32View(bytes: Uint8Array): Float32Array {
  requireLittleEndian()
  if (bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  return new Float32Array(ownBuffer(bytes))
}

function float64Values(bytes: Uint8Array): Float64Array {
  return new Float64Array(ownBuffer(bytes))
}

function uint16Values(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(ownBuffer(bytes))
}

function bigInts(bytes: Uint8Array): BigInt64Array {
  return new BigInt64Array(ownBuffer(bytes))
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const words = Uint32Array.from(halves, (half) => half << 16)
  return new Float32Array(words.buffer)
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function widenFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
