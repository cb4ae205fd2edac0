import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary, Example, SplitSummary } from '@shared/results/dataset-summary.ts'
import { CheckpointLibrary } from './checkpoint-library.ts'
import { DatasetLibrary } from './dataset-library.ts'
import { StudyLibrary } from './study-library.ts'
import { newHome } from './testing-records.ts'

const split = (examples: number): SplitSummary => ({
  examples,
  labels: { no: 1 },
  lengthQuantiles: { '0': 3 },
  lengthHistogram: [examples],
  scoreHistogram: [],
  source: { path: 'train.tsv', sha256: 'ff' },
})

const examples: Record<string, Example[]> = {
  train: [
    { text: 'a\u2028b', label: 0 },
    { text: 'zwei\nZeilen', pair: 'ä', label: 1 },
    { text: '', label: 1 },
  ],
  'test/..\\odd*name.': [{ text: 'unlabelled' }],
}

const dataset: DatasetSummary = {
  datasetId: '',
  name: 'RTE (Größe S)',
  task: 'rte',
  labels: ['no', 'yes'],
  hasPairs: false,
  splits: { train: split(3), 'test/..\\odd*name.': split(1) },
  dialect: { delimiter: ';', quoting: 'on', encoding: 'windows-1252', header: true },
  notes: ['train.tsv: a note'],
  problems: [{ file: 'train.tsv', row: 4, code: 'malformed-row', message: 'x' }],
  skippedRows: 1,
  contentSha256: 'a1b2c3d4e5f6',
  addedAt: '2026-01-02T03:04:05.000Z',
}

/** Calls of which the n-th write fails as on a full disk. */
function failingWrite(n: number): FileCalls {
  let writes = 0
  return {
    ...nodeFileCalls,
    write: (file, bytes, offset, length, position) => {
      writes += 1
      if (writes === n) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      return nodeFileCalls.write(file, bytes, offset, length, position)
    },
  }
}

describe('the data set library', () => {
  it('gives back summary and examples, whatever their text and the names of the splits', async () => {
    const library = new DatasetLibrary(newHome())
    const added = library.add(dataset, examples)
    expect(added.datasetId).toBe('rte-grosse-s-a1b2c3d4')
    expect(library.get(added.datasetId)).toEqual(added)
    for (const [name, rows] of Object.entries(examples))
      expect(library.examples(added.datasetId, name)).toEqual(rows)
    expect(await library.examplePage(added.datasetId, 'train', 1, 5)).toEqual(examples['train']!.slice(1))
    expect(await library.examplePage(added.datasetId, 'train', 0, 1)).toEqual(examples['train']!.slice(0, 1))
  })

  it('answers the entry that is there when the same content comes again, and tells other content apart', () => {
    const library = new DatasetLibrary(newHome())
    const first = library.add(dataset, examples)
    expect(library.add({ ...dataset, addedAt: '2027-01-01T00:00:00.000Z' }, examples)).toEqual(first)
    const otherTask = library.add({ ...dataset, task: 'classification' }, examples)
    expect(otherTask.datasetId).toBe(`${first.datasetId}-2`)
    expect(
      library
        .list()
        .entries.map(({ datasetId }) => datasetId)
        .sort(),
    ).toEqual([first.datasetId, otherTask.datasetId])
  })

  it('opens data sets of before it was recorded how files were read', () => {
    const home = newHome()
    const library = new DatasetLibrary(home)
    const { datasetId } = library.add(dataset, examples)
    const path = join(home, 'datasets', datasetId, 'dataset.json')
    const older = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    delete older['dialect']
    delete older['notes']
    writeFileSync(path, JSON.stringify(older))

    expect(library.get(datasetId)).toEqual({ ...dataset, datasetId, dialect: null, notes: [] })
  })

  it('names what is missing', () => {
    const library = new DatasetLibrary(newHome())
    expect(() => library.get('absent')).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => library.get('../runs')).toThrow(expect.objectContaining({ code: 'not-found' }))
    const { datasetId } = library.add(dataset, examples)
    expect(() => library.examples(datasetId, 'validation')).toThrow(
      expect.objectContaining({
        code: 'dataset-split-missing',
        message: expect.stringContaining('train') as string,
      }),
    )
  })

  it('imports nothing by halves when the disk fills at any write', () => {
    for (let n = 1; n <= 3; n += 1) {
      const home = newHome()
      expect(() => new DatasetLibrary(home, failingWrite(n)).add(dataset, examples)).toThrow(
        expect.objectContaining({ code: 'disk-full' }),
      )
      expect(readdirSync(join(home, 'datasets'))).toEqual([])
    }
  })

  it('removes an entry and lists a damaged one as a problem', () => {
    const home = newHome()
    const library = new DatasetLibrary(home)
    const { datasetId } = library.add(dataset, examples)
    mkdirSync(join(home, 'datasets', 'broken'))
    writeFileSync(join(home, 'datasets', 'broken', 'dataset.json'), '[]')
    expect(library.list().unreadable.map(({ failure }) => failure.code)).toEqual(['file-unreadable'])
    library.remove(datasetId)
    expect(library.list().entries).toEqual([])
    expect(() => library.remove(datasetId)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})

describe('the checkpoint library', () => {
  function weights(text = 'weights') {
    const home = newHome()
    const folder = join(home, 'model')
    mkdirSync(folder)
    writeFileSync(join(folder, 'model.safetensors'), text)
    const summary: CheckpointSummary = {
      checkpointId: 'model-12345678',
      name: 'model',
      architecture: 'BertModel',
      config: {
        modelType: 'bert',
        vocabSize: 5,
        hiddenSize: 2,
        numHiddenLayers: 1,
        numAttentionHeads: 1,
        intermediateSize: 3,
        hiddenAct: 'gelu',
        hiddenDropoutProb: 0.1,
        attentionProbsDropoutProb: 0.1,
        classifierDropout: 0.1,
        maxPositionEmbeddings: 7,
        typeVocabSize: 2,
        initializerRange: 0.02,
        layerNormEps: 1e-12,
        padTokenId: 0,
      },
      parameters: 77,
      tokenizer: null,
      tokenizerPieces: null,
      head: { kind: 'none' },
      checks: ['All values are finite.'],
      warnings: ['x'],
      folder,
      files: [
        {
          path: 'model.safetensors',
          bytes: text.length,
          sha256: createHash('sha256').update(text).digest('hex'),
        },
      ],
      addedAt: '2026-01-02T03:04:05.000Z',
    }
    const library = new CheckpointLibrary(home)
    return {
      home,
      path: join(folder, 'model.safetensors'),
      library,
      summary,
      reference: library.add(summary),
    }
  }

  it('keeps a description, lists it and forgets it', () => {
    const { library, summary, reference } = weights()
    expect(reference).toEqual(summary)
    expect(library.get(summary.checkpointId)).toEqual(summary)
    expect(library.add({ ...summary, addedAt: 'later', folder: 'elsewhere' })).toEqual({
      ...summary,
      folder: 'elsewhere',
    })
    expect(library.list().entries).toHaveLength(1)
    library.remove(summary.checkpointId)
    expect(library.list()).toEqual({ entries: [], unreadable: [] })
    expect(() => library.get(summary.checkpointId)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('accepts files that are unchanged, also when only their time differs', async () => {
    const { library, reference, path, home } = weights()
    await library.verifyCheckpointFiles(reference)
    utimesSync(path, new Date(1_600_000_000_000), new Date(1_600_000_000_000))
    await library.verifyCheckpointFiles(reference)
    const stored = JSON.parse(
      readFileSync(join(home, 'checkpoints', `${reference.checkpointId}.json`), 'utf8'),
    ) as {
      modifiedMs: Record<string, number>
    }
    expect(stored.modifiedMs['model.safetensors']).toBe(1_600_000_000_000)
  })

  it('refuses files that are gone, longer, or other at equal length', async () => {
    const { library, reference, path } = weights()
    const changed = (text: string): unknown =>
      expect.objectContaining({
        code: 'checkpoint-changed',
        message: expect.stringContaining(text) as string,
      })
    writeFileSync(path, 'weight!')
    await expect(library.verifyCheckpointFiles(reference)).rejects.toEqual(changed('content'))
    writeFileSync(path, 'longer weights')
    await expect(library.verifyCheckpointFiles(reference)).rejects.toEqual(changed('14 bytes, it had 7'))
    rmSync(path)
    await expect(library.verifyCheckpointFiles(reference)).rejects.toEqual(changed('is gone'))
  })

  it('takes the digest of files that a run recorded but the library does not know', async () => {
    const { library, reference, path } = weights()
    library.remove(reference.checkpointId)
    await library.verifyCheckpointFiles(reference)
    writeFileSync(path, 'weight!')
    await expect(library.verifyCheckpointFiles(reference)).rejects.toMatchObject({
      code: 'checkpoint-changed',
    })
  })
})

describe('the study library', () => {
  it('keeps a study, lists studies by age and forgets them', () => {
    const library = new StudyLibrary(newHome())
    const record = (studyId: string) => ({
      schemaVersion: 1 as const,
      studyId,
      name: 'FT and AD-DROP',
      config: {
        schemaVersion: 1 as const,
        name: 'n',
        base: { task: 'rte' },
        grid: { 'training.seed': [1, 2] },
        points: [],
      },
      runIds: ['r-1', 'r-2'],
      createdAt: '2026-01-02T03:04:05.000Z',
    })
    expect(library.list().entries).toEqual([])
    library.add(record('s-b'))
    library.add(record('s-a'))
    expect(library.get('s-b')).toEqual(record('s-b'))
    expect(library.list().entries.map(({ studyId }) => studyId)).toEqual(['s-a', 's-b'])
    library.remove('s-a')
    expect(library.list().entries).toHaveLength(1)
    expect(() => library.get('s-a')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
