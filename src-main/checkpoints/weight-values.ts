/** Whether stored weights are numbers one can compute with: read piece by piece, in the memory of one piece. */
import { LabError } from '@shared/failures/failure.ts'
import type { StoredDtype, TensorEntry } from './safetensors-header.ts'

/** Weights of trained encoders stay far below; above it products of two layers may leave float32. */
const unusuallyLarge = 1e5

/** What was found among one tensor's values. */
export interface ValueFindings {
  /** First value that is not finite, or too large for float32: place in row-major order, and how it reads. */
  readonly firstBad: { readonly index: number; readonly value: string } | null
  readonly numBad: number
  /** Whether a value is above 100,000 in amount. */
  readonly isLarge: boolean
  /** Whether every value is 0. */
  readonly isZero: boolean
}

/** One pass over a tensor's bytes. */
export interface ValueExamination {
  /**
   * Looks at the next values.
   *
   * @param bytes little-endian, whole values
   */
  look(bytes: Uint8Array): void
  findings(): ValueFindings
}

/** How a type's bits are read: values whose amount has larger bits than `finite` are infinite or no number. */
interface BitLayout {
  readonly words: (bytes: Uint8Array) => Uint32Array | Uint16Array
  readonly amount: number
  readonly finite: number
  readonly large: number
  readonly infinity: number
}

const words32 = (bytes: Uint8Array): Uint32Array => {
  const { buffer, byteOffset, byteLength } = aligned(bytes, 4)
  return new Uint32Array(buffer, byteOffset, byteLength / 4)
}
const words16 = (bytes: Uint8Array): Uint16Array => {
  const { buffer, byteOffset, byteLength } = aligned(bytes, 2)
  return new Uint16Array(buffer, byteOffset, byteLength / 2)
}

const float32Layout: BitLayout = {
  words: words32,
  amount: 0x7fffffff,
  finite: 0x7f7fffff,
  large: bitsOf(unusuallyLarge),
  infinity: 0x7f800000,
}
const bfloat16Layout: BitLayout = {
  words: words16,
  amount: 0x7fff,
  finite: 0x7f7f,
  large: bitsOf(unusuallyLarge) >>> 16,
  infinity: 0x7f80,
}
/** float16 ends below what counts as large. */
const float16Layout: BitLayout = {
  words: words16,
  amount: 0x7fff,
  finite: 0x7bff,
  large: 0x7bff,
  infinity: 0x7c00,
}

/**
 * Begins to look at a tensor of floating-point values.
 *
 * @param dtype F32, F16, BF16 or F64
 */
export function examineValues(dtype: StoredDtype): ValueExamination {
  switch (dtype) {
    case 'F16':
      return examineBits(float16Layout)
    case 'BF16':
      return examineBits(bfloat16Layout)
    case 'F64':
      return examineDoubles()
    default:
      return examineBits(float32Layout)
  }
}

function examineBits({ words, amount, finite, large, infinity }: BitLayout): ValueExamination {
  let [count, numBad, seen] = [0, 0, 0]
  let isLarge = false
  let firstBad: ValueFindings['firstBad'] = null
  return {
    look: (bytes) => {
      const values = words(bytes)
      for (let at = 0; at < values.length; at++) {
        const size = values[at]! & amount
        seen |= size
        if (size <= large) continue
        if (size <= finite) isLarge = true
        else {
          numBad += 1
          const sign = values[at]! > amount ? '−' : ''
          firstBad ??= { index: count + at, value: size === infinity ? `${sign}infinity` : 'NaN' }
        }
      }
      count += values.length
    },
    findings: () => ({ firstBad, numBad, isLarge, isZero: seen === 0 && count > 0 }),
  }
}

/** Doubles are rounded to float32 when they are read; beyond its range they become infinite. */
function examineDoubles(): ValueExamination {
  let [count, numBad] = [0, 0]
  let [isLarge, isZero] = [false, true]
  let firstBad: ValueFindings['firstBad'] = null
  return {
    look: (bytes) => {
      const { buffer, byteOffset, byteLength } = aligned(bytes, 8)
      const values = new Float64Array(buffer, byteOffset, byteLength / 8)
      values.forEach((value, at) => {
        if (value !== 0) isZero = false
        if (Math.abs(value) > unusuallyLarge) isLarge = true
        if (Number.isFinite(Math.fround(value))) return
        numBad += 1
        firstBad ??= {
          index: count + at,
          value: Number.isFinite(value)
            ? `${value}, too large for float32`
            : Number.isNaN(value)
              ? 'NaN'
              : value > 0
                ? 'infinity'
                : '−infinity',
        }
      })
      count += values.length
    },
    findings: () => ({ firstBad, numBad, isLarge, isZero: isZero && count > 0 }),
  }
}

/** The bytes themselves where a typed array can lie on them, else a copy. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!
}

/** A tensor and what was found among its values. */
export interface ExaminedTensor {
  /** Name of its file. */
  readonly file: string
  readonly entry: Pick<TensorEntry, 'name' | 'dtype' | 'shape'>
  readonly findings: ValueFindings
}

/**
 * Refuses weights of which one is not finite.
 *
 * @param folder the checkpoint's folder, for messages
 * @param tensors every used tensor
 * @failure checkpoint-not-finite with the first such tensor, its place and its value
 */
export function refuseNotFinite(folder: string, tensors: readonly ExaminedTensor[]): void {
  const bad = tensors.filter(({ findings }) => findings.firstBad !== null)
  const [first] = bad
  if (first === undefined) return
  const { entry, file, findings } = first
  const { index, value } = findings.firstBad!
  const total = bad.reduce((sum, tensor) => sum + tensor.findings.numBad, 0)
  const count =
    total === 1
      ? ''
      : ` (${total.toLocaleString('en-US')} such values in ${bad.length} ${bad.length === 1 ? 'tensor' : 'tensors'})`
  const isOverflow = entry.dtype === 'F16' && value !== 'NaN'
  throw new LabError(
    'checkpoint-not-finite',
    `${folder}/${file}: the weight ${entry.name}[${placeOf(index, entry.shape).join(', ')}] is ${value}, which is not finite${count}. A model with it gives no numbers.`,
    isOverflow
      ? 'The value was too large for float16: export the model again in float32 or bfloat16.'
      : 'Choose a checkpoint from before its training broke, or download it again.',
  )
}

/** Index along each axis of a place in row-major order. */
function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = []
  let rest = index
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return place
}

/**
 * What is odd about finite weights: matrices of nothing but zeros, values that no training leaves.
 *
 * @param tensors every used tensor
 */
export function valueWarnings(tensors: readonly ExaminedTensor[]): string[] {
  const named = (found: readonly ExaminedTensor[]): string =>
    `${found
      .slice(0, 3)
      .map(({ entry }) => entry.name)
      .join(', ')}${found.length > 3 ? ` … and ${found.length - 3} more` : ''}`
  // A bias of zeros is common; a matrix or a scale of zeros lets nothing through.
  const zero = tensors.filter(({ entry, findings }) => findings.isZero && !/\.(bias|beta)$/.test(entry.name))
  const large = tensors.filter(({ findings }) => findings.isLarge)
  return [
    ...(zero.length === 0
      ? []
      : [`All values are 0 in ${named(zero)}: if that is not meant, the file was not downloaded whole.`]),
    ...(large.length === 0
      ? []
      : [
          `Values above 100,000 in ${named(large)}: trained weights are far smaller, and the model may give no numbers.`,
        ]),
  ]
}
