/** Weights out of PyTorch's own files (`pytorch_model.bin`), by a reader that executes nothing. */
import type { FileHandle } from 'node:fs/promises'
import { LabError } from '@shared/failures/failure.ts'
import { refuseStandIn } from '../checkpoint-text.ts'
import { dtypeBytes, type StoredDtype } from '../safetensors-header.ts'
import { standInBytes } from '../stand-in-content.ts'
import type { StoredTensor } from '../stored-numbers.ts'
import { CutShortError, ForeignNameError, PickleError } from './pickle-bytes.ts'
import { isLegacyTorch, legacyParts, zipParts, type TorchFileParts } from './storage-places.ts'
import { stateDict, type TorchTensor } from './torch-objects.ts'

/** A tensor of a PyTorch file, its values not yet read. */
export interface TorchEntry {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
  /** Distance in values between neighbours along each axis. */
  readonly strides: readonly number[]
  /** Byte of the file at which the first value stands. */
  readonly start: number
}

/**
 * Names, types, shapes and places of the tensors in a PyTorch file of either form. Only the pickle is read.
 *
 * @param file open for reading
 * @param path its path, for messages
 * @failure checkpoint-truncated; git-lfs-pointer; checkpoint-unrecognized when it is damaged, or refers to anything but
 *   tensors
 */
export async function inspectTorchFile(file: FileHandle, path: string): Promise<readonly TorchEntry[]> {
  try {
    const { size } = await file.stat()
    const parts = await partsOf(file, size, path)
    const entries = [...stateDict(parts.value)].map(([name, tensor]) => entryOf(name, tensor, parts))
    refuseMultiplied(entries, size)
    return entries
  } catch (thrown) {
    throw isUnreadable(thrown) ? unreadable(path, thrown) : thrown
  }
}

async function partsOf(file: FileHandle, size: number, path: string): Promise<TorchFileParts> {
  const head = Buffer.alloc(standInBytes)
  const { bytesRead } = await file.read(head, 0, standInBytes, 0)
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004') return zipParts(file)
  if (!isLegacyTorch(head)) refuseStandIn(head.subarray(0, bytesRead), path, 'checkpoint-unrecognized')
  return legacyParts(file, size)
}

/** Tied weights are stored once and read twice; a storage that is read hundreds of times makes a small file large. */
function refuseMultiplied(entries: readonly TorchEntry[], fileBytes: number): void {
  const bytes = entries.reduce((sum, { shape, dtype }) => sum + valueCount(shape) * dtypeBytes[dtype], 0)
  if (bytes > 4 * fileBytes)
    throw new PickleError(`makes ${bytes} bytes of weights out of ${fileBytes} bytes`)
}

/**
 * Values of one tensor, row-major.
 *
 * @param file open for reading
 * @param entry as `inspectTorchFile` gave it
 * @param path of the file, for messages
 * @failure checkpoint-truncated when the file became shorter
 */
export async function readTorchTensor(
  file: FileHandle,
  entry: TorchEntry,
  path: string,
): Promise<StoredTensor> {
  const { name, dtype, shape, strides } = entry
  const size = dtypeBytes[dtype]
  const reach = shape.includes(0)
    ? 0
    : shape.reduce((last, length, axis) => last + (length - 1) * (strides[axis] ?? 0), 1)
  const block = new Uint8Array(reach * size)
  for (let offset = 0; offset < block.byteLength;) {
    const { bytesRead } = await file.read(block, offset, block.byteLength - offset, entry.start + offset)
    if (bytesRead === 0)
      throw new LabError(
        'checkpoint-truncated',
        `${path} became shorter while it was read.`,
        'Copy or download the file again.',
      )
    offset += bytesRead
  }
  return { name, dtype, shape, bytes: isRowMajor(shape, strides) ? block : gather(block, entry) }
}

function entryOf(name: string, tensor: TorchTensor, { places }: TorchFileParts): TorchEntry {
  const { storage, offset, shape, strides } = tensor
  const place = places.get(storage.key)
  const size = dtypeBytes[storage.dtype]
  if (place === undefined || place.length < storage.length * size)
    throw new PickleError(
      `lacks values of ${name}: ${storage.length * size} bytes expected, ${place?.length ?? 0} found`,
    )
  const values = valueCount(shape)
  // Strides of 0 would make a tensor of any size out of one value.
  if (values > storage.length) throw new PickleError(`repeats the values of ${name} to ${values}`)
  return { name, dtype: storage.dtype, shape, strides, start: place.start + offset * size }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    if (length > 1 && strides[axis] !== expected) return false
    expected *= length
  }
  return true
}

/** Arrays that hold values of one, two, four and eight bytes as they are, whatever they mean. */
const wordArrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const

/** Row-major copy of a transposed or otherwise strided tensor. */
function gather(block: Uint8Array<ArrayBuffer>, { dtype, shape, strides }: TorchEntry): Uint8Array {
  const Words = wordArrays[dtypeBytes[dtype]]
  const stored = new Words(block.buffer, block.byteOffset, block.byteLength / Words.BYTES_PER_ELEMENT)
  const gathered = new Words(valueCount(shape))
  const index = shape.map(() => 0)
  let place = 0
  for (let value = 0; value < gathered.length; value++) {
    gathered[value] = stored[place]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0
      index[axis] = (index[axis] ?? 0) + 1
      place += stride
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break
      place -= stride * (index[axis] ?? 0)
      index[axis] = 0
    }
  }
  return new Uint8Array(gathered.buffer)
}

function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** yauzl throws plain errors about damaged archives; errors of the system carry a code. */
function isUnreadable(thrown: unknown): thrown is Error {
  return (
    thrown instanceof PickleError ||
    (thrown instanceof Error &&
      thrown.name === 'Error' &&
      !('code' in thrown) &&
      !(thrown instanceof LabError))
  )
}

function unreadable(path: string, cause: Error): LabError {
  const isCutShort = cause instanceof CutShortError
  return new LabError(
    isCutShort ? 'checkpoint-truncated' : 'checkpoint-unrecognized',
    isCutShort
      ? `${path} ${cause.message}.`
      : `${path} is no PyTorch file that the lab reads: it ${cause.message}.`,
    hintFor(cause),
    { cause },
  )
}

function hintFor(cause: Error): string {
  if (!(cause instanceof ForeignNameError)) return 'Copy or download the file again.'
  return cause.isPyTorch
    ? 'Export the checkpoint again where it was made, with save_pretrained(…, safe_serialization=True).'
    : 'Download the model’s safetensors files instead; do not load this file with Python unless you trust who made it.'
}
