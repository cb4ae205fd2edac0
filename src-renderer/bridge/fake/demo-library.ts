/** Demo data sets and checkpoints for tests and development. Never part of the product. */
import type { DatasetPreview } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type {
  DatasetSummary,
  FileDialect,
  ProblemRow,
  SplitSummary,
} from '@shared/results/dataset-summary.ts'
import { seededRandom, seedOf } from './seeded-random.ts'

const hash = (text: string): string => {
  const random = seededRandom(seedOf(text))
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('')
}

function split(
  path: string,
  examples: number,
  labels: Record<string, number>,
  typicalLength: number,
  scores = false,
): SplitSummary {
  const random = seededRandom(seedOf(path))
  const histogram = Array.from({ length: 20 }, (_, bin) => {
    const place = (bin + 0.5) / 5
    return Math.round(((examples * place ** 1.4 * Math.exp(-place * 1.6)) / 2.2) * (0.85 + random() * 0.3))
  })
  return {
    examples,
    labels,
    lengthQuantiles: {
      '0': 18,
      '0.25': Math.round(typicalLength * 0.6),
      '0.5': typicalLength,
      '0.75': Math.round(typicalLength * 1.6),
      '0.95': Math.round(typicalLength * 3),
      '1': Math.round(typicalLength * 5.5),
    },
    lengthHistogram: histogram,
    scoreHistogram: scores ? [310, 300, 420, 480, 540, 610, 780, 900, 820, 589] : [],
    source: { path, sha256: hash(path) },
  }
}

const tsv: FileDialect = { delimiter: '\t', quoting: 'off', encoding: 'utf-8', header: true }

/** Data sets of the demo. */
export const demoDatasets: readonly DatasetSummary[] = [
  {
    datasetId: 'd-rte-4f1c',
    name: 'RTE',
    task: 'rte',
    labels: ['entailment', 'not_entailment'],
    hasPairs: true,
    splits: {
      train: split('/data/glue/RTE/train.tsv', 2490, { entailment: 1249, not_entailment: 1241 }, 236),
      validation: split('/data/glue/RTE/dev.tsv', 277, { entailment: 146, not_entailment: 131 }, 241),
      test: split('/data/glue/RTE/test.tsv', 3000, {}, 229),
    },
    dialect: tsv,
    notes: [],
    problems: [],
    skippedRows: 0,
    contentSha256: hash('rte'),
    addedAt: '2026-11-20T09:12:00.000Z',
  },
  {
    datasetId: 'd-cola-90ab',
    name: 'CoLA',
    task: 'cola',
    labels: ['0', '1'],
    hasPairs: false,
    splits: {
      train: split('/data/glue/CoLA/train.tsv', 8551, { '0': 2528, '1': 6023 }, 38),
      validation: split('/data/glue/CoLA/dev.tsv', 1043, { '0': 322, '1': 721 }, 39),
    },
    dialect: tsv,
    notes: [],
    problems: [],
    skippedRows: 0,
    contentSha256: hash('cola'),
    addedAt: '2026-11-21T14:40:00.000Z',
  },
  {
    datasetId: 'd-stsb-11d7',
    name: 'STS-B',
    task: 'stsb',
    labels: [],
    hasPairs: true,
    splits: {
      train: split('/data/glue/STS-B/train.tsv', 5749, {}, 110, true),
      validation: split('/data/glue/STS-B/dev.tsv', 1500, {}, 122, true),
    },
    dialect: tsv,
    notes: [],
    problems: [],
    skippedRows: 3,
    contentSha256: hash('stsb'),
    addedAt: '2026-11-22T08:05:00.000Z',
  },
]

/** Rows that keep the demo's faulty data set out. */
export const demoProblems: readonly ProblemRow[] = [
  {
    file: '/data/glue/MRPC/train.tsv',
    row: 118,
    code: 'missing-column',
    message: '4 columns found, 5 expected (Quality, #1 ID, #2 ID, #1 String, #2 String).',
  },
  {
    file: '/data/glue/MRPC/train.tsv',
    row: 1024,
    code: 'unknown-label',
    message: 'Label “maybe” found, one of 0, 1 expected.',
  },
  { file: '/data/glue/MRPC/dev.tsv', row: 77, code: 'empty-text', message: 'The second text is empty.' },
  {
    file: '/data/glue/MRPC/dev.tsv',
    row: 201,
    code: 'invalid-utf8',
    message: 'Byte 0xE9 at column 88 is not valid UTF-8.',
  },
]

/** What keeps the demo's file of another encoding out. */
export const demoEncodingRefusal = new LabError(
  'file-encoding',
  '/data/cyrillic/train.csv is not UTF-8: line 2 is not valid. It looks like windows-1251, in which that line reads "очень хорошо,1".',
  'Import it with --encoding windows-1251 if that reads right, or save it as UTF-8.',
)

const premises = [
  'No weapons of mass destruction were found in the country after the inspections ended.',
  'A place of sorrow, after Pope John Paul II died, became a place of celebration.',
  'Herceptin was already approved to treat the sickest breast cancer patients.',
  'The committee, which met twice a month, published its report in the autumn.',
  'Judie Vivian, chief executive at ProMedica, a medical service company, said so.',
]
const hypotheses = [
  'Weapons of mass destruction were found.',
  'Pope Benedict XVI is the new leader of the church.',
  'Herceptin can be used to treat breast cancer.',
  'The report was published in spring.',
  'ProMedica is a company.',
]

/**
 * A page of a demo data set.
 *
 * @param dataset one of the demo
 * @param splitName name of a split
 * @param offset first example, from 0
 * @param limit how many
 */
export function demoPreview(
  dataset: DatasetSummary,
  splitName: string,
  offset: number,
  limit: number,
): DatasetPreview {
  const total = dataset.splits[splitName]?.examples ?? 0
  const isLabelled = splitName !== 'test'
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) => {
    const place = offset + index
    const label = dataset.labels.length > 0 ? place % dataset.labels.length : ((place * 37) % 50) / 10
    return {
      row: place + 2,
      text: premises[place % premises.length]!,
      ...(dataset.hasPairs ? { pair: hypotheses[place % hypotheses.length]! } : {}),
      ...(isLabelled ? { label } : {}),
      labelName: isLabelled ? (dataset.labels[label] ?? null) : null,
    }
  })
  return { dataset, split: splitName, offset, rows }
}

function checkpoint(
  checkpointId: string,
  name: string,
  size: { readonly layers: number; readonly hidden: number; readonly parameters: number },
  warnings: readonly string[],
): CheckpointSummary {
  return {
    checkpointId,
    name,
    architecture: 'BertModel',
    config: {
      modelType: 'bert',
      vocabSize: 30522,
      hiddenSize: size.hidden,
      numHiddenLayers: size.layers,
      numAttentionHeads: 12,
      intermediateSize: size.hidden * 4,
      hiddenAct: 'gelu',
      hiddenDropoutProb: 0.1,
      attentionProbsDropoutProb: 0.1,
      classifierDropout: 0.1,
      maxPositionEmbeddings: 512,
      typeVocabSize: 2,
      initializerRange: 0.02,
      layerNormEps: 1e-12,
      padTokenId: 0,
    },
    parameters: size.parameters,
    tokenizer: 'wordpiece',
    tokenizerPieces: 30522,
    head: { kind: 'none' },
    checks: [
      '103 weights of one file have the names and shapes that config.json asks for.',
      `All ${size.parameters.toLocaleString('en-US')} values are finite.`,
      'The tokenizer’s 30,522 pieces fit the word embedding’s 30,522 rows, special tokens included.',
      'No file is a pointer, a pipe, a device or a link out of the folder.',
    ],
    warnings,
    folder: `/models/${name}`,
    files: [{ path: 'model.safetensors', bytes: size.parameters * 4 + 12_288, sha256: hash(name) }],
    addedAt: '2026-11-20T09:14:00.000Z',
  }
}

/** Checkpoints of the demo. */
export const demoCheckpoints: readonly CheckpointSummary[] = [
  checkpoint('c-minilm-2b7e', 'all-MiniLM-L6-v2', { layers: 6, hidden: 384, parameters: 22_713_216 }, [
    'bert.pooler.dense.weight and bert.pooler.dense.bias are not in the file; they are initialised anew.',
  ]),
  checkpoint('c-bert-77c0', 'bert-base-uncased', { layers: 12, hidden: 768, parameters: 109_482_240 }, [
    'cls.predictions.transform.dense.weight is not used.',
    'cls.predictions.bias is not used.',
  ]),
]
