/** Public data sets in the form their authors publish them: sizes and label counts must be the published ones. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { TaskId } from '@shared/tasks/task.ts'
import { importDataset } from './import-dataset.ts'
import { summarizeDataset } from './summarize-dataset.ts'

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const dataAreMissing = !existsSync(join(shared, 'RTE/train.tsv'))
const note = dataAreMissing ? ' (skipped: no ../shared beside the repository)' : ''

type Labels = Readonly<Record<string, number>>
interface Published {
  readonly folder: string
  readonly task: TaskId
  readonly hasPairs: boolean
  /** Split → number of rows, label counts. */
  readonly splits: Readonly<Record<string, readonly [number, Labels]>>
}
const glue: readonly Published[] = [
  {
    folder: 'CoLA',
    task: 'cola',
    hasPairs: false,
    splits: {
      train: [8551, { 0: 2528, 1: 6023 }],
      validation: [1043, { 0: 322, 1: 721 }],
      test: [1063, {}],
    },
  },
  {
    folder: 'SST-2',
    task: 'sst2',
    hasPairs: false,
    splits: {
      train: [67349, { 0: 29780, 1: 37569 }],
      validation: [872, { 0: 428, 1: 444 }],
      test: [1821, {}],
    },
  },
  {
    folder: 'MRPC',
    task: 'mrpc',
    hasPairs: true,
    splits: {
      train: [3668, { 0: 1194, 1: 2474 }],
      validation: [408, { 0: 129, 1: 279 }],
      test: [1725, {}],
    },
  },
  {
    folder: 'STS-B',
    task: 'stsb',
    hasPairs: true,
    splits: { train: [5749, {}], validation: [1500, {}], test: [1379, {}] },
  },
  {
    folder: 'RTE',
    task: 'rte',
    hasPairs: true,
    splits: {
      train: [2490, { entailment: 1249, not_entailment: 1241 }],
      validation: [277, { entailment: 146, not_entailment: 131 }],
      test: [3000, {}],
    },
  },
  {
    folder: 'WNLI',
    task: 'wnli',
    hasPairs: true,
    splits: { train: [635, { 0: 323, 1: 312 }], validation: [71, { 0: 40, 1: 31 }], test: [146, {}] },
  },
  {
    folder: 'QNLI',
    task: 'classification',
    hasPairs: true,
    splits: { validation: [5463, { entailment: 2702, not_entailment: 2761 }], test: [5463, {}] },
  },
]
const sizes = (splits: Readonly<Record<string, { examples: number; labels: Labels }>>): Published['splits'] =>
  Object.fromEntries(Object.entries(splits).map(([name, split]) => [name, [split.examples, split.labels]]))

describe.skipIf(dataAreMissing)(`real data sets${note}`, () => {
  for (const published of glue) {
    it(`reads the folder ${published.folder} whole, recognising its task`, async () => {
      const parsed = await importDataset([join(shared, published.folder)])
      const summary = summarizeDataset(parsed, 'some-id', '2026-01-01T00:00:00.000Z')

      expect(parsed.problems).toEqual([])
      if (published.task !== 'classification')
        expect(
          parsed.notes.filter((note) => !/^test\.tsv is read differently|^Left out: dev_ids/.test(note)),
        ).toEqual([])
      expect(parsed.task).toBe(published.task)
      expect(parsed.name).toBe(published.folder)
      expect(parsed.hasPairs).toBe(published.hasPairs)
      expect(sizes(summary.splits)).toEqual(published.splits)
      expect(parsed.splits['test']?.examples.every((example) => example.label === undefined)).toBe(true)
    })
  }

  it('keeps texts as written: quotes, spaces at the end, characters beyond ASCII', async () => {
    const mrpc = await importDataset([join(shared, 'MRPC')])
    const sst2 = await importDataset([join(shared, 'SST-2/dev.tsv')])

    expect(mrpc.splits['train']?.examples[0]).toEqual({
      text: 'Amrozi accused his brother , whom he called " the witness " , of deliberately distorting his evidence .',
      pair: 'Referring to him as only " the witness " , Amrozi accused his brother of deliberately distorting his evidence .',
      label: 1,
    })
    expect(sst2).toMatchObject({ task: 'sst2', name: 'SST-2' })
    expect(sst2.splits['validation']?.examples[0]?.text).toBe(
      "it 's a charming and often affecting journey . ",
    )
  })

  it('reads STS-B scores and their histogram', async () => {
    const parsed = await importDataset([join(shared, 'STS-B')])
    const train = parsed.splits['train']?.examples ?? []
    const summary = summarizeDataset(parsed, 'some-id', '2026-01-01T00:00:00.000Z')

    expect(train[0]).toEqual({
      text: 'A plane is taking off.',
      pair: 'An air plane is taking off.',
      label: 5,
    })
    expect(Math.min(...train.map((example) => example.label ?? NaN))).toBe(0)
    expect(summary.splits['train']?.scoreHistogram.reduce((sum, count) => sum + count)).toBe(5749)
    expect(summary.splits['train']?.scoreHistogram).toHaveLength(10)
    expect(summary.splits['test']?.scoreHistogram).toEqual([])
  })

  it("reads CoLA's first release and HANS, whose files have names of their own", async () => {
    const cola = await importDataset([join(shared, 'CoLA/cola_public_1.1/raw')])
    const hans = await importDataset([join(shared, 'HANS/hans_eval_pairs.tsv')])
    const colaSizes = Object.entries(cola.splits).map(([name, split]) => [name, split.examples.length])

    expect(cola.task).toBe('cola')
    expect(Object.fromEntries(colaSizes)).toEqual({
      in_domain_train: 8551,
      in_domain_dev: 527,
      out_of_domain_dev: 516,
    })
    expect(hans).toMatchObject({
      name: 'hans_eval_pairs',
      task: 'classification',
      labels: ['entailment', 'non-entailment'],
      hasPairs: true,
    })
    expect(hans.splits['hans_eval_pairs']?.examples).toHaveLength(30_000)
  })

  it('refuses files without a header that are not CoLA, and folders without data', async () => {
    await expect(importDataset([join(shared, 'XNLI/dev-en.tsv')])).rejects.toMatchObject({
      code: 'dataset-unrecognized',
    })
    await expect(importDataset([join(shared, 'WMT16')])).rejects.toMatchObject({
      code: 'dataset-unrecognized',
    })
  })
})
