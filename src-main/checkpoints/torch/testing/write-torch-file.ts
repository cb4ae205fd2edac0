/** Files as PyTorch saves a state dict, written without PyTorch: enough of its pickles for whole models in tests. */
import { dtypeBytes, type StoredDtype } from '../../safetensors-header.ts'
import { zipOf, type PackedFile } from '../../testing/write-zip.ts'

/** A tensor to be saved. */
export interface SavedTensor {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
  /** Row-major; where `strides` is given, in the order of the strides. */
  readonly bytes: Uint8Array
  /** Distance in values along each axis; row-major when left out. */
  readonly strides?: readonly number[]
  /** Number of the tensor whose storage it shares; its own when left out. */
  readonly key?: number
}

const storageNames: Readonly<Record<StoredDtype, string>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  I16: 'ShortStorage',
  I8: 'CharStorage',
  U8: 'ByteStorage',
  BOOL: 'BoolStorage',
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  const head = Buffer.from([0x58, 0, 0, 0, 0])
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

function whole(value: number): Buffer {
  const bytes = Buffer.from([0x4a, 0, 0, 0, 0])
  bytes.writeInt32LE(value, 1)
  return bytes
}

const tuple = (values: readonly Buffer[]): Buffer => Buffer.concat([ascii('('), ...values, ascii('t')])
const emptyDict = ascii('ccollections\nOrderedDict\n)R')

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
}

function pickled(tensors: readonly SavedTensor[]): Buffer {
  const entries = tensors.flatMap(({ name, dtype, shape, bytes, strides, ...own }, index) => {
    const key = own.key ?? index
    const storage = tuple([
      text('storage'),
      ascii(`ctorch\n${storageNames[dtype]}\n`),
      text(String(key)),
      text('cpu'),
      whole(bytes.length / dtypeBytes[dtype]),
    ])
    const fields = [
      Buffer.concat([storage, ascii('Q')]),
      whole(0),
      tuple(shape.map(whole)),
      tuple((strides ?? rowMajor(shape)).map(whole)),
      ascii('\x89'),
      emptyDict,
    ]
    return [text(name), ascii('ctorch._utils\n_rebuild_tensor_v2\n'), tuple(fields), ascii('R')]
  })
  return Buffer.concat([ascii('\x80\x02'), emptyDict, ascii('('), ...entries, ascii('u.')])
}

/**
 * A state dict as PyTorch 1.6 and newer save it.
 *
 * @param tensors in their order
 * @param change gives the archive a flaw
 */
export function torchZip(
  tensors: readonly SavedTensor[],
  change: (files: PackedFile[]) => PackedFile[] = (files) => files,
): Buffer {
  const own = tensors.flatMap(({ bytes, key }, index) =>
    key === undefined || key === index ? [{ name: `model/data/${index}`, content: bytes }] : [],
  )
  const files: PackedFile[] = [
    { name: 'model/data.pkl', content: pickled(tensors) },
    { name: 'model/byteorder', content: 'little' },
    ...own,
    { name: 'model/version', content: '3\n' },
  ]
  return zipOf(change(files))
}

/**
 * A state dict as PyTorch before 1.6 saved it.
 *
 * @param tensors in their order
 */
export function torchLegacy(tensors: readonly SavedTensor[]): Buffer {
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e80024de9032e', 'hex')
  const system = ascii("(S'little_endian'\nI01\nd.")
  const keys = Buffer.concat([ascii(']('), ...tensors.map((_, key) => text(String(key))), ascii('e.')])
  const storages = tensors.flatMap(({ dtype, bytes }) => {
    const count = Buffer.alloc(8)
    count.writeBigUInt64LE(BigInt(bytes.length / dtypeBytes[dtype]))
    return [count, bytes]
  })
  return Buffer.concat([magic, system, pickled(tensors), keys, ...storages])
}
