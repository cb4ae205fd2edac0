/** The few Python names that a saved PyTorch state dict needs, as plain data. Every other name is refused. */
import type { StoredDtype } from '../safetensors-header.ts'
import { ForeignNameError, PickleError } from './pickle-bytes.ts'
import {
  PickleObject,
  type PickleDict,
  type PickleFunction,
  type PickleNames,
  type PickleValue,
} from './pickle.ts'

/** A block of values that lies outside the pickle. */
export class TorchStorage extends PickleObject {
  readonly kind = 'storage'
  readonly key: string
  readonly dtype: StoredDtype
  /** Number of values. */
  readonly length: number

  constructor(key: string, dtype: StoredDtype, length: number) {
    super()
    this.key = key
    this.dtype = dtype
    this.length = length
  }
}

/** A view on a storage. */
export class TorchTensor extends PickleObject {
  readonly kind = 'tensor'
  readonly storage: TorchStorage
  /** Values of the storage before the first one. */
  readonly offset: number
  readonly shape: readonly number[]
  /** Distance in values between neighbours along each axis. */
  readonly strides: readonly number[]

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super()
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

/** A storage's class, which names the type of its values. */
class StorageType implements PickleFunction {
  readonly qualifiedName: string
  readonly dtype: StoredDtype

  constructor(qualifiedName: string, dtype: StoredDtype) {
    this.qualifiedName = qualifiedName
    this.dtype = dtype
  }

  call(): never {
    throw new PickleError(`creates a ${this.qualifiedName}`)
  }
}

const storageTypes: Readonly<Record<string, StoredDtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
}

const functions: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>> = {
  'collections.OrderedDict': () => new Map(),
  'torch._utils._rebuild_tensor': ([storage, offset, shape, strides]) =>
    tensor(storage, offset, shape, strides),
  // Behind the strides: whether a gradient is wanted, hooks, and flags such as "negated", which the lab does not carry out.
  'torch._utils._rebuild_tensor_v2': ([storage, offset, shape, strides, , , flags]) => {
    if (flags !== undefined && flags !== null && !(flags instanceof Map && flags.size === 0))
      throw new PickleError('describes a tensor with flags (conjugated, negated) that are not known')
    return tensor(storage, offset, shape, strides)
  },
  'torch._utils._rebuild_parameter': ([data]) => {
    if (!(data instanceof TorchTensor)) throw new PickleError('holds a parameter that is no tensor')
    return data
  },
  'torch.Size': ([sizes]) => sizes ?? null,
}

/** Names for `readPickle`: state dicts can be read with them, and nothing else. */
export const torchNames: PickleNames = {
  global(module, name) {
    const qualifiedName = `${module}.${name}`
    const dtype = module === 'torch' && Object.hasOwn(storageTypes, name) ? storageTypes[name] : undefined
    if (dtype !== undefined) return new StorageType(qualifiedName, dtype)
    const call = Object.hasOwn(functions, qualifiedName) ? functions[qualifiedName] : undefined
    if (call === undefined) throw new ForeignNameError(qualifiedName)
    return { qualifiedName, call }
  },

  /** `('storage', class, key, location, length)`; the last element of older files, a view, must be None. */
  persistent(id) {
    const [tag, type, key, , length, view] = Array.isArray(id) ? id : []
    if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isCount(length))
      throw new PickleError('refers to an outside object that is no storage')
    if (view !== undefined && view !== null)
      throw new PickleError('shares parts of a storage, as PyTorch before 0.4 wrote')
    return new TorchStorage(key, type.dtype, length)
  },
}

/**
 * A tensor whose every value lies within its storage.
 *
 * @throws PickleError otherwise
 */
function tensor(
  storage: PickleValue | undefined,
  offset: PickleValue | undefined,
  shape: PickleValue | undefined,
  strides: PickleValue | undefined,
): TorchTensor {
  if (!(storage instanceof TorchStorage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides))
    throw new PickleError('describes a tensor in a form that is not known')
  if (shape.length !== strides.length || shape.length > 8)
    throw new PickleError(`describes a tensor of ${shape.length} axes with ${strides.length} strides`)
  const empty = shape.includes(0)
  const last = shape.reduce((place, size, axis) => place + (size - 1) * (strides[axis] ?? 0), offset)
  // Written this way round, values that are no longer exact are refused too.
  if (!(empty || last < storage.length))
    throw new PickleError(
      `describes a tensor of shape [${shape.join(', ')}] beyond its ${storage.length} values`,
    )
  return new TorchTensor(storage, offset, shape, strides)
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount)
}

/**
 * The tensors of a saved model: of a dict from names to tensors, or of such a dict under a training program's usual key.
 *
 * @param value what the pickle holds
 * @throws PickleError when it is something else
 */
export function stateDict(value: PickleValue): Map<string, TorchTensor> {
  if (!(value instanceof Map)) throw new PickleError('holds no dict from names to tensors')
  const own = tensorsOf(value)
  if (own.size > 0) return own
  for (const key of ['state_dict', 'model_state_dict', 'model']) {
    const inner = value.get(key)
    const tensors = inner instanceof Map ? tensorsOf(inner) : own
    if (tensors.size > 0) return tensors
  }
  throw new PickleError('holds no dict from names to tensors')
}

/** Longest name of a tensor; those of real models have fewer than 200 characters. */
const maxNameLength = 1000

function tensorsOf(dict: PickleDict): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>()
  for (const [name, entry] of dict) {
    if (typeof name !== 'string' || !(entry instanceof TorchTensor)) continue
    if (name.length > maxNameLength)
      throw new PickleError(`names a tensor with ${name.length} characters: ${name.slice(0, 40)}…`)
    tensors.set(name, entry)
  }
  return tensors
}
