import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { writeTinyFolder } from '@main/checkpoints/testing/tiny-checkpoint.ts'
import { zipOf, type PackedFile } from '@main/checkpoints/testing/write-zip.ts'
import { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import { checkpointService } from './checkpoint-service.ts'
import { inspectDrop } from './drop-inspection.ts'
import { EventHub } from './event-hub.ts'
import { UnreadableReport } from './unreadable-report.ts'
import { createLogger } from '@main/platform/logger.ts'

const root = mkdtempSync(join(tmpdir(), 'lab-archives-'))
const whole = await writeTinyFolder()
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The whole checkpoint's files, in a folder of the archive. */
function packed(folder = ''): PackedFile[] {
  return readdirSync(whole).map((name) => ({
    name: `${folder}${name}`,
    content: readFileSync(join(whole, name)),
    deflated: name !== 'config.json',
  }))
}

function archive(name: string, files: readonly PackedFile[]): string {
  const path = join(mkdtempSync(join(root, 'chosen-')), name)
  writeFileSync(path, zipOf(files))
  return path
}

function aLab() {
  const home = mkdtempSync(join(root, 'home-'))
  const library = new CheckpointLibrary(home)
  const service = checkpointService(library, new EventHub(), new UnreadableReport(createLogger('lab')))
  return { home, library, service }
}

/** The failure, after which nothing may be left in the data folder. */
async function failureOf(path: string): Promise<LabError> {
  const { library, service, home } = aLab()
  const thrown: unknown = await service.import({ path }).catch((failure: unknown) => failure)
  if (!(thrown instanceof LabError)) throw new Error('No failure', { cause: thrown })
  expect(existsSync(library.unpackedPath) ? readdirSync(library.unpackedPath) : []).toEqual([])
  expect(thrown.message).not.toContain(home)
  return thrown
}

describe('a checkpoint in an archive', () => {
  it.each([
    ['of its files', 'tiny.zip', () => packed()],
    ['with one folder at the top', 'tiny bert.zip', () => packed('tiny-bert/')],
    [
      'that is a wheel',
      'tiny_bert-1.0-py3-none-any.whl',
      () => [
        { name: 'tiny_bert/__init__.py', content: 'import os\n' },
        { name: 'tiny_bert-1.0.dist-info/RECORD', content: '' },
        ...packed('tiny_bert/data/model/'),
      ],
    ],
    [
      'made on a Mac',
      'tiny.zip',
      () => [
        ...packed('tiny/'),
        ...packed('tiny/').map(({ name }) => ({ name: `__MACOSX/${name}`, content: '' })),
      ],
    ],
  ])('%s is registered like the folder', async (_what, name, files) => {
    const { library, service } = aLab()
    const path = archive(name, files())
    expect(await inspectDrop([path])).toMatchObject([{ kind: 'checkpoint', paths: [path] }])

    const summary = await service.import({ path })

    expect((await loadCheckpointFolder(summary.folder)).tensors).toEqual(
      (await loadCheckpointFolder(whole)).tensors,
    )
    expect(summary.name).not.toMatch(/zip|whl/)
    expect(readdirSync(library.unpackedPath)).toEqual([summary.checkpointId])
    expect(readdirSync(summary.folder).sort()).toEqual(readdirSync(whole).sort())
    expect((await service.list()).map(({ checkpointId }) => checkpointId)).toEqual([summary.checkpointId])
    await library.verifyCheckpointFiles(summary)

    expect((await service.import({ path })).checkpointId).toBe(summary.checkpointId)
    expect(readdirSync(library.unpackedPath)).toEqual([summary.checkpointId])
  })

  const withFlaw = (change: Partial<PackedFile>, of = 'model.safetensors'): PackedFile[] =>
    packed().map((file) => (file.name === of ? { ...file, ...change } : file))

  it.each([
    ['leads out', [...packed(), { name: '../vocab.txt', content: 'x' }], /\.\.\/vocab\.txt|relative path/],
    ['is absolute', [...packed(), { name: '/etc/vocab.txt', content: 'x' }], /absolute path/],
    ['is absolute on Windows', [...packed(), { name: 'C:/vocab.txt', content: 'x' }], /absolute path/],
    [
      'is a link',
      [...packed(), { name: 'link', content: '/etc/passwd', unixMode: 0o120777 }],
      /a link, link/,
    ],
    ['is there twice', [...packed(), ...packed().slice(-1)], /twice/],
    ['holds more than it announces', withFlaw({ announcedBytes: 100 }), /than it announces|too many bytes/],
    ['holds less than it announces', withFlaw({ announcedBytes: 20_000 }), /of 20000 bytes/],
    ['announces 4 GB', withFlaw({ announcedBytes: 0xfffffff0 }), /announces 4294967280 bytes/],
    ['has another checksum', withFlaw({ checksum: 7 }), /checksum/],
    [
      'shares its bytes with another',
      [...packed(), { name: 'tokenizer.json', content: 'x'.repeat(8), sharesBytes: true }],
      /overlap/,
    ],
  ] as const)('of which an entry %s is refused, and leaves nothing behind', async (_what, files, says) => {
    const path = archive('tiny.zip', files)
    const failure = await failureOf(path)
    expect(failure.code).toMatch(/^checkpoint-(unrecognized|truncated)$/)
    expect(failure.message).toMatch(says)
    expect(failure.message).toContain(path)
    expect(existsSync(join(root, 'vocab.txt'))).toBe(false)
  })

  it.each([
    ['nothing of the kind', [{ name: 'a.txt', content: 'x' }], /holds no checkpoint/],
    [
      'two of them',
      [...packed('one/'), ...packed('two/')],
      /more than one checkpoint: in “one\/” and in “two\/”/,
    ],
    [
      'one with a flaw',
      packed().map((file) => (file.name === 'config.json' ? { ...file, content: '{' } : file)),
      /tiny\.zip\/config\.json is not JSON/,
    ],
  ] as const)('that has %s is refused', async (_what, files, says) => {
    expect((await failureOf(archive('tiny.zip', files))).message).toMatch(says)
  })

  it('that is cut short anywhere, or has a changed byte, is refused or the same', async () => {
    const bytes = zipOf(packed())
    const path = join(root, 'changed.zip')
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([place, difference]) => {
        const changed = difference === 0 ? bytes.subarray(0, Math.max(place, 4)) : Buffer.from(bytes)
        if (difference > 0) changed[place]! ^= difference
        writeFileSync(path, changed)
        const { service } = aLab()
        const outcome: unknown = await service.import({ path }).catch((thrown: unknown) => thrown)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(LabError)
      }),
      { numRuns: 60 },
    )
  })
})

it('an archive of data is none of checkpoints', async () => {
  const path = archive('rte.zip', [{ name: 'RTE/train.tsv', content: 'a\tb\n' }])
  const [found] = await inspectDrop([path])
  expect(found?.kind).not.toBe('checkpoint')
})
