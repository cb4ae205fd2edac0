/** Flaws of weights in PyTorch's own files, and the forms in which whole ones come. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dtypeBytes, type StoredDtype } from '../safetensors-header.ts'
import { torchLegacy, torchZip, type SavedTensor } from '../torch/testing/write-torch-file.ts'
import {
  harmless,
  lfsPointer,
  rawTensors,
  refused,
  warned,
  weightsFile,
  type Flaw,
  type RawTensor,
} from './flaw.ts'

const torchFile = 'pytorch_model.bin'
const unrecognized = 'checkpoint-unrecognized'
type Write = (tensors: readonly SavedTensor[]) => Uint8Array

/** Puts a PyTorch file, or two shards of one, in the place of the safetensors. */
const saved =
  (write: Write, change: (tensors: SavedTensor[]) => SavedTensor[] = (tensors) => tensors) =>
  (folder: string): void => {
    const tensors = takeTensors(folder)
    writeFileSync(join(folder, torchFile), write(change(tensors)))
  }

function takeTensors(folder: string): SavedTensor[] {
  const path = join(folder, weightsFile)
  const tensors = rawTensors(path).map((tensor: RawTensor) => ({
    ...tensor,
    dtype: tensor.dtype as StoredDtype,
  }))
  rmSync(path)
  return tensors
}

/** The same matrix, stored column by column as a transposed view is. */
function transposed(tensor: SavedTensor): SavedTensor {
  const [rows = 0, columns = 0] = tensor.shape
  if (tensor.shape.length !== 2) return tensor
  const size = dtypeBytes[tensor.dtype]
  const bytes = Buffer.alloc(tensor.bytes.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * size
      bytes.set(tensor.bytes.subarray(from, from + size), (column * rows + row) * size)
    }
  return { ...tensor, bytes, strides: [1, rows] }
}

function shards(folder: string): Record<string, string> {
  const tensors = takeTensors(folder)
  const map: Record<string, string> = {}
  for (const [index, half] of [tensors.slice(0, 9), tensors.slice(9)].entries()) {
    const file = `pytorch_model-0000${index + 1}-of-00002.bin`
    writeFileSync(join(folder, file), torchZip(half))
    for (const { name } of half) map[name] = file
  }
  writeFileSync(join(folder, `${torchFile}.index.json`), JSON.stringify({ metadata: {}, weight_map: map }))
  return map
}

const positionIds: SavedTensor = {
  name: 'bert.embeddings.position_ids',
  dtype: 'I64',
  shape: [1, 2],
  bytes: new Uint8Array(16),
}

/** A pickle in place of a state dict, in an older file. */
const withPickle = (pickle: string) => (folder: string) => {
  rmSync(join(folder, weightsFile))
  const head = torchLegacy([]).subarray(0, torchLegacy([]).indexOf('\x80\x02ccollections', 22, 'latin1'))
  writeFileSync(join(folder, torchFile), Buffer.concat([head, Buffer.from(pickle, 'latin1')]))
}

const half = (tensor: SavedTensor): SavedTensor => {
  const words = new Uint16Array(tensor.bytes.length / 4)
  tensor.bytes.forEach((byte, at) => {
    if (at % 4 === 2) words[(at - 2) / 4]! |= byte
    if (at % 4 === 3) words[(at - 3) / 4]! |= byte << 8
  })
  return { ...tensor, dtype: 'BF16', bytes: new Uint8Array(words.buffer) }
}

/** Every flaw of PyTorch's files. */
export const flawedTorch: readonly Flaw[] = [
  harmless('the weights are a PyTorch file', saved(torchZip)),
  harmless('the weights are an older PyTorch file', saved(torchLegacy)),
  harmless(
    'matrices of a PyTorch file are transposed views',
    saved(torchZip, (tensors) => tensors.map(transposed)),
  ),
  harmless(
    'matrices of an older PyTorch file are transposed views',
    saved(torchLegacy, (tensors) => tensors.map(transposed)),
  ),
  harmless(
    'a PyTorch file has gamma and beta',
    saved(torchZip, (tensors) =>
      tensors.map((tensor) => ({
        ...tensor,
        name: tensor.name
          .replace('LayerNorm.weight', 'LayerNorm.gamma')
          .replace('LayerNorm.bias', 'LayerNorm.beta'),
      })),
    ),
  ),
  harmless('a PyTorch file has shards', (folder) => void shards(folder)),
  harmless('a training program left its arguments beside the weights', (folder) => {
    writeFileSync(join(folder, 'training_args.bin'), 'cos\nsystem\n')
  }),
  warned(
    'a PyTorch file has a buffer of integers',
    /Not used: bert\.embeddings\.position_ids/,
    saved(torchZip, (tensors) => [positionIds, ...tensors]),
  ),
  refused(
    'a weight of a PyTorch file is infinite',
    'checkpoint-not-finite',
    /is −?infinity|is NaN/,
    saved(torchZip, (tensors) =>
      tensors.map((tensor, at) => {
        const changed = half(tensor)
        if (at === 1) changed.bytes.set([0x80, 0x7f])
        return changed
      }),
    ),
  ),
  refused(
    'weights of a PyTorch file are integers',
    'checkpoint-wrong-shapes',
    /type I32/,
    saved(torchZip, (tensors) => tensors.map((tensor) => ({ ...tensor, dtype: 'I32' }))),
  ),
  refused(
    'a shard of a PyTorch file is missing',
    'checkpoint-truncated',
    /1 of 2 files/,
    (folder, random) => {
      rmSync(join(folder, [...new Set(Object.values(shards(folder)))][random(2)]!))
    },
  ),
  refused('the index of a PyTorch file leads out', unrecognized, /outside the folder/, (folder) => {
    const map = { ...shards(folder), 'bert.pooler.dense.bias': '../pytorch_model.bin' }
    writeFileSync(join(folder, `${torchFile}.index.json`), JSON.stringify({ weight_map: map }))
  }),
  refused('the index of a PyTorch file is missing', unrecognized, /2 weight files/, (folder) => {
    shards(folder)
    rmSync(join(folder, `${torchFile}.index.json`))
  }),
  refused('a PyTorch file is a pointer', 'git-lfs-pointer', /LFS/, (folder) => {
    rmSync(join(folder, weightsFile))
    writeFileSync(join(folder, torchFile), lfsPointer)
  }),
  refused('a PyTorch file has another name', unrecognized, /weights in bert\.pth/, (folder) => {
    writeFileSync(join(folder, 'bert.pth'), torchZip(takeTensors(folder)))
  }),
  ...([torchZip, torchLegacy] as const).map((write) =>
    refused(
      `a PyTorch file is cut short (${write.name})`,
      'checkpoint-truncated',
      /cut short|truncated/,
      (folder, random) => {
        saved(write)(folder)
        const path = join(folder, torchFile)
        truncateSync(path, readFileSync(path).length - 1 - random(500))
      },
    ),
  ),
  ...(
    [
      ['runs a command', "cos\nsystem\n(S'touch executed'\ntR."],
      ['evaluates', "c__builtin__\neval\n(S'1'\ntR."],
      ['names a function on the stack', '\x8c\x05posix\x8c\x06system\x93.'],
      ['names a function within a dict', "}S'weight'\ncsubprocess\nPopen\n(S'touch'\ntRs."],
    ] as const
  ).map(([what, pickle]) =>
    refused(`a PyTorch file ${what}`, unrecognized, /nothing was executed/, withPickle(pickle)),
  ),
  refused(
    'a PyTorch file is a whole model',
    unrecognized,
    /torch\.nn\.modules\.linear\.Linear/,
    withPickle('ctorch.nn.modules.linear\nLinear\n)\x81.'),
  ),
]
