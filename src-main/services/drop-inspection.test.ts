import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { inspectDrop } from './drop-inspection.ts'

const folder = mkdtempSync(join(tmpdir(), 'drop-inspection-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

it.each([
  ['an empty data file', () => file('train.tsv', '')],
  ['a binary data file', () => file('picture.tsv', Uint8Array.of(0, 1, 2, 255, 254, 0))],
  [
    'a folder whose data files are all empty',
    () => {
      file('RTE/train.tsv', '')
      return join(folder, 'RTE')
    },
  ],
])('hands %s on to the import, which says what is wrong with it', async (_what, make) => {
  const path = make()
  expect(await inspectDrop([path])).toMatchObject([{ kind: 'dataset', paths: [path] }])
})

it('knows nothing about a file that is neither data nor weights', async () => {
  const path = file('notes.txt', 'sun and sea\n')
  expect(await inspectDrop([path])).toMatchObject([{ kind: 'unknown', paths: [path] }])
})

it.each([
  ['PyTorch’s weights without config.json', 'bin/pytorch_model.bin', 'bin'],
  ['a TensorFlow checkpoint of Google', 'google/bert_model.ckpt.index', 'google'],
  ['weights under another name', 'other/weights.safetensors', 'other'],
  ['the cache of the hub', 'models--a--b/snapshots/0/config.json', 'models--a--b'],
  ['a file of weights', 'alone/model.safetensors', 'alone/model.safetensors'],
])('hands %s on to the import of checkpoints, which says what to do', async (_what, name, dropped) => {
  file(name, 'x')
  if (dropped.startsWith('models--')) mkdirSync(join(folder, dropped, 'blobs'), { recursive: true })
  const path = join(folder, dropped)
  expect(await inspectDrop([path])).toMatchObject([{ kind: 'checkpoint', paths: [path] }])
})
