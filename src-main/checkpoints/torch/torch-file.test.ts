import { mkdtempSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { toNumbers, type StoredTensor } from '../stored-numbers.ts'
import { savedAsLegacy, savedAsZip, savedModule } from './testing/saved-by-torch.ts'
import { inspectTorchFile, readTorchTensor } from './torch-file.ts'
import { torchZip, type SavedTensor } from './testing/write-torch-file.ts'
import type { PackedFile } from '../testing/write-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'torch-file-'))

/** Every tensor of a file. */
async function readStored(bytes: Uint8Array): Promise<StoredTensor[]> {
  const path = join(folder, 'pytorch_model.bin')
  writeFileSync(path, bytes)
  const file = await open(path, 'r')
  try {
    const tensors: StoredTensor[] = []
    for (const entry of await inspectTorchFile(file, path))
      tensors.push(await readTorchTensor(file, entry, path))
    return tensors
  } finally {
    await file.close()
  }
}

/** Every tensor of a file with its values. */
async function readAll(
  bytes: Uint8Array,
): Promise<Record<string, { shape: readonly number[]; values: number[] }>> {
  const tensors = await readStored(bytes)
  return Object.fromEntries(
    tensors.map((tensor) => [tensor.name, { shape: tensor.shape, values: [...toNumbers(tensor)] }]),
  )
}

/** The failure that a file ends in. */
async function failureOf(bytes: Uint8Array): Promise<LabError> {
  try {
    await readAll(bytes)
  } catch (thrown) {
    if (thrown instanceof LabError) return thrown
    throw thrown
  }
  throw new Error('The file was read')
}

/** An older PyTorch file around a pickle. */
function legacyFile(pickle: string | Uint8Array, behind: Uint8Array = new Uint8Array()): Buffer {
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex')
  const version = Buffer.from('80024de9032e', 'hex')
  const system = Buffer.from("(S'little_endian'\nI01\nd.", 'latin1')
  const body = typeof pickle === 'string' ? Buffer.from(pickle, 'latin1') : pickle
  return Buffer.concat([magic, version, system, body, behind])
}

describe.each([
  ['in zip form', savedAsZip],
  ['before PyTorch 1.6', savedAsLegacy],
])('a state dict %s', (_form, bytes) => {
  it('gives every tensor as PyTorch had it, whatever its type and strides', async () => {
    expect(await readAll(bytes)).toEqual({
      matrix: { shape: [2, 3], values: [0, 1, 2, 3, 4, 5] },
      transposed: { shape: [3, 2], values: [0, 3, 1, 4, 2, 5] },
      half: { shape: [2], values: [1.5, -2] },
      brain: { shape: [2], values: [1.5, -2] },
      view: { shape: [4], values: [3, 4, 5, 6] },
      tied: { shape: [4], values: [3, 4, 5, 6] },
      positions: { shape: [3], values: [0, 1, 2] },
      scalar: { shape: [], values: [4.25] },
      parameter: { shape: [1], values: [0.5] },
    })
  })

  it('that is cut short anywhere is refused', async () => {
    for (let length = 0; length < bytes.byteLength; length += 37)
      expect((await failureOf(bytes.subarray(0, length))).code).toMatch(/^checkpoint-/u)
  })

  it('with a changed byte is read or refused, never anything else', async () => {
    const change = fc.tuple(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([place, difference]) => {
        const changed = Buffer.from(bytes)
        changed[place] = (changed[place] ?? 0) ^ difference
        const outcome = await readStored(changed).catch((thrown: unknown) => thrown)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(LabError)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a pickle that wants more than tensors', () => {
  it.each([
    ['runs a command', "cos\nsystem\n(S'touch executed'\ntR.", 'os.system'],
    ['evaluates', "cbuiltins\neval\n(S'1'\ntR.", 'builtins.eval'],
    ['names a function on the stack', '\x8c\x02os\x8c\x06system\x93.', 'os.system'],
    ['imports by a nested attribute', 'ctorch\n__builtins__\n.', 'torch.__builtins__'],
    [
      'loads bytes as another pickle',
      'ctorch.storage\n_load_from_bytes\n.',
      'torch.storage._load_from_bytes',
    ],
    ['asks for an inherited name', 'ctorch\nconstructor\n.', 'torch.constructor'],
    ['makes an object', '(ios\nsystem\n.', '0x69'],
    ['makes an object by its class', 'ccollections\nOrderedDict\n)\x81.', '0x81'],
    ['uses an extension code', '\x82\x01.', '0x82'],
  ])('that %s is refused by name, and nothing is executed', async (_what, pickle, named) => {
    const failure = await failureOf(legacyFile(pickle))

    expect(failure.code).toBe('checkpoint-unrecognized')
    expect(failure.message).toContain(named)
  })

  it('that holds a whole module is refused with the way out', async () => {
    const failure = await failureOf(savedModule)

    expect(failure.message).toContain('torch.nn.modules.linear.Linear')
    expect(failure.hint).toContain('save_pretrained')
  })
})

describe('a pickle that announces more than it has', () => {
  it.each([
    ['text of 4 GB', 'X\xff\xff\xff\xff.'],
    ['text of 2^62 bytes', '\x8d\x00\x00\x00\x00\x00\x00\x00\x40.'],
    ['bytes of 2^62', '\x8e\x00\x00\x00\x00\x00\x00\x00\x40.'],
    ['a whole number of 4 GB', '\x8b\xff\xff\xff\x7f.'],
    ['a list that holds itself', ']q\x00h\x00a.'],
    ['a dict that is its own state dict', "}q\x00S'state_dict'\nh\x00s."],
    ['a value that was never stored', 'h\x07.'],
    ['an empty stack', 'R.'],
    ['no end', ']'],
  ])('%s: takes no memory and ends in a failure', async (_what, pickle) => {
    const before = process.memoryUsage().rss
    const failure = await failureOf(legacyFile(pickle, Buffer.from('(l.')))

    expect(failure.code).toMatch(/^checkpoint-(unrecognized|truncated)$/)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2)
  })

  it('nested a million deep ends in a failure', async () => {
    const failure = await failureOf(
      legacyFile(`${'('.repeat(1_000_000)}${'t'.repeat(1_000_000)}.`, Buffer.from('(l.')),
    )

    expect(failure.message).toContain('no dict from names to tensors')
  })

  it('with more values than any model has ends in a failure', async () => {
    expect((await failureOf(legacyFile(`${'N'.repeat(5_000_000)}.`))).message).toContain(
      'more than 4000000 values',
    )
  })
})

describe('a tensor', () => {
  const storage = (length: string): string => `(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\n${length}NtQ`
  const dict = (fields: string, length = 'K\x04'): string =>
    `}S'w'\nctorch._utils\n_rebuild_tensor_v2\n(${storage(length)}${fields}\x89NtRs.`
  /** Keys of the storages, the number of values and four values. */
  const behind = Buffer.concat([Buffer.from("(S'0'\nl.\x04", 'latin1'), Buffer.alloc(7), Buffer.alloc(16)])

  it('that lies within its storage is read', async () => {
    expect(await readAll(legacyFile(dict('K\x00(K\x04t(K\x01t'), behind))).toEqual({
      w: { shape: [4], values: [0, 0, 0, 0] },
    })
  })

  it.each([
    ['reaches beyond its storage', dict('K\x00(K\x05t(K\x01t')],
    ['begins behind its storage', dict('K\x04(K\x01t(K\x01t')],
    [
      'has as many values as 2^60 by strides of 0',
      dict('K\x00(\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x10t(K\x00t'),
    ],
    ['repeats its values by strides of 0', dict('K\x00(K\x09t(K\x00t')],
    ['has a negative stride', dict('K\x03(K\x02t(J\xff\xff\xff\xfft')],
    ['has fewer strides than axes', dict('K\x00(K\x02K\x02t(K\x01t')],
    ['is negated by a flag', dict('K\x00(K\x04t(K\x01t').replace('\x89N', "\x89N}S'neg'\nI01\ns")],
    ['is named twice', dict('K\x00(K\x04t(K\x01t').replace('s.', "S'w'\nNs.")],
    ['has a name of 5000 characters', dict('K\x00(K\x04t(K\x01t').replace("'w'", `'${'w'.repeat(5000)}'`)],
    ['lies in another kind of outside object', dict('K\x00(K\x04t(K\x01t').replace("'storage'", "'module'")],
    ['calls a storage’s class', "}S'w'\nctorch\nFloatStorage\n(K\x04tRs."],
  ])('that %s is refused', async (_what, pickle) => {
    expect((await failureOf(legacyFile(pickle, behind))).code).toBe('checkpoint-unrecognized')
  })

  it('whose storage is longer than the file is refused as cut short, and takes no memory', async () => {
    const before = process.memoryUsage().rss
    const pickle = dict('K\x00(K\x04t(K\x01t', 'J\xff\xff\xff\x7f')
    const failure = await failureOf(legacyFile(pickle, behind))

    expect(failure.code).toBe('checkpoint-truncated')
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2)
  })

  it('that hundreds of names share is refused: a small file would become large', async () => {
    const shared: SavedTensor = { name: 'a', dtype: 'F32', shape: [500], bytes: new Uint8Array(2000) }
    const one = torchZip([shared])
    expect(Object.keys(await readAll(one))).toEqual(['a'])
    const names = Array.from({ length: 300 }, (_, index) => ({ ...shared, name: `weight${index}`, key: 0 }))

    expect((await failureOf(torchZip(names))).message).toContain('bytes of weights out of')
  })
})

describe('parts of a file in zip form', () => {
  const one: SavedTensor = { name: 'a', dtype: 'F32', shape: [2], bytes: new Uint8Array(8) }
  const parts = (change: (files: PackedFile[]) => PackedFile[]): Buffer => torchZip([one], change)

  it.each([
    ['is there twice', (files) => [...files, files[2]!], /model\/data\/0 twice/],
    [
      'shares its bytes with another',
      (files) => [...files, { name: 'model/data/1', content: new Uint8Array(8), sharesBytes: true }],
      /overlap/,
    ],
    ['is compressed', (files) => files.map((file) => ({ ...file, deflated: true })), /compressed/],
    [
      'announces another size',
      (files) => files.map((file) => ({ ...file, announcedBytes: 0x7fffffff })),
      /compressed|size/i,
    ],
    ['leads out of the folder', (files) => [...files, { name: '../x', content: '' }], /\.\.\/x/],
    ['is a second model', (files) => [...files, { name: 'b/data.pkl', content: 'N.' }], /two models/],
    ['is missing', (files) => files.filter(({ name }) => !name.endsWith('/0')), /lacks values of a/],
    [
      'says that bytes are in big-endian order',
      (files) => files.map((file) => (file.name.endsWith('order') ? { ...file, content: 'big' } : file)),
      /big-endian/,
    ],
  ] satisfies [string, (files: PackedFile[]) => PackedFile[], RegExp][])(
    'of which one %s are refused',
    async (_what, change, message) => {
      const failure = await failureOf(parts(change))

      expect(failure.code).toMatch(/^checkpoint-/)
      expect(failure.message).toMatch(message)
    },
  )
})
