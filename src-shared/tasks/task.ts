/** The tasks the lab knows: labels, inputs, headline metric and the paper's recommended settings. */
import type { MetricId } from './metric.ts'

/** Every task's identifier. `classification`, `regression` and `token-classification` are for data of one's own. */
export const taskIds = [
  'cola',
  'sst2',
  'mrpc',
  'stsb',
  'rte',
  'wnli',
  'conll2003',
  'classification',
  'regression',
  'token-classification',
] as const

/** Identifier of a task. */
export type TaskId = (typeof taskIds)[number]

/** What a model must predict: one of several labels, one number, or a label for every word. */
export type TaskKind = 'classification' | 'regression' | 'token-classification'

/** Everything about a task that does not depend on a data file. */
export interface Task {
  readonly id: TaskId
  readonly label: string
  readonly kind: TaskKind
  /** One text or a pair of texts. `either`: decided by the data. */
  readonly texts: 'single' | 'pair' | 'either'
  /** Label names in index order, as GLUE orders them; empty where the data decides (then: sorted). */
  readonly labels: readonly string[]
  /** Range of the gold score of a regression task; predictions are clipped to it before scoring. */
  readonly scoreRange?: readonly [number, number]
  /** Metrics computed on it; the first is the headline, by which the best epoch is chosen. */
  readonly metrics: readonly [MetricId, ...MetricId[]]
  /** Longest input in tokens, special tokens included, that the authors' scripts use. */
  readonly maxLength: number
  /** Epochs at most and patience of the authors' scripts; 10 and 5 where they have none. */
  readonly stopping: { readonly maxEpochs: number; readonly patience: number }
  /** Layers the paper applies AD-DROP to on this task. */
  readonly paperLayers: 'all' | readonly number[]
}

/** Every task, by identifier. Sources: GLUE (Wang et al. 2019), settings and scripts of AD-DROP's authors. */
export const tasks: Readonly<Record<TaskId, Task>> = {
  cola: {
    id: 'cola',
    label: 'CoLA',
    kind: 'classification',
    texts: 'single',
    labels: ['0', '1'],
    metrics: ['matthews', 'accuracy'],
    maxLength: 47,
    stopping: { maxEpochs: 50, patience: 5 },
    paperLayers: 'all',
  },
  sst2: {
    id: 'sst2',
    label: 'SST-2',
    kind: 'classification',
    texts: 'single',
    labels: ['0', '1'],
    metrics: ['accuracy', 'f1'],
    maxLength: 120,
    stopping: { maxEpochs: 20, patience: 5 },
    paperLayers: [0],
  },
  mrpc: {
    id: 'mrpc',
    label: 'MRPC',
    kind: 'classification',
    texts: 'pair',
    labels: ['0', '1'],
    metrics: ['accuracy', 'f1'],
    maxLength: 100,
    stopping: { maxEpochs: 50, patience: 5 },
    paperLayers: 'all',
  },
  stsb: {
    id: 'stsb',
    label: 'STS-B',
    kind: 'regression',
    texts: 'pair',
    labels: [],
    scoreRange: [0, 5],
    metrics: ['pearson', 'spearman'],
    maxLength: 100,
    stopping: { maxEpochs: 50, patience: 5 },
    paperLayers: [0],
  },
  rte: {
    id: 'rte',
    label: 'RTE',
    kind: 'classification',
    texts: 'pair',
    labels: ['entailment', 'not_entailment'],
    metrics: ['accuracy', 'f1'],
    maxLength: 128,
    stopping: { maxEpochs: 50, patience: 5 },
    paperLayers: 'all',
  },
  wnli: {
    id: 'wnli',
    label: 'WNLI',
    kind: 'classification',
    texts: 'pair',
    labels: ['0', '1'],
    metrics: ['accuracy'],
    maxLength: 128,
    stopping: { maxEpochs: 10, patience: 5 },
    paperLayers: 'all',
  },
  conll2003: {
    id: 'conll2003',
    label: 'CoNLL-2003',
    kind: 'token-classification',
    texts: 'single',
    labels: ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'B-LOC', 'I-LOC', 'B-MISC', 'I-MISC'],
    metrics: ['entityF1', 'entityPrecision', 'entityRecall', 'accuracy'],
    maxLength: 128,
    stopping: { maxEpochs: 9, patience: 5 },
    paperLayers: 'all',
  },
  classification: {
    id: 'classification',
    label: 'Classification',
    kind: 'classification',
    texts: 'either',
    labels: [],
    metrics: ['accuracy', 'f1'],
    maxLength: 128,
    stopping: { maxEpochs: 10, patience: 5 },
    paperLayers: 'all',
  },
  regression: {
    id: 'regression',
    label: 'Regression',
    kind: 'regression',
    texts: 'either',
    labels: [],
    metrics: ['pearson', 'spearman'],
    maxLength: 128,
    stopping: { maxEpochs: 10, patience: 5 },
    paperLayers: [0],
  },
  'token-classification': {
    id: 'token-classification',
    label: 'Token labels',
    kind: 'token-classification',
    texts: 'single',
    labels: [],
    metrics: ['entityF1', 'entityPrecision', 'entityRecall', 'accuracy'],
    maxLength: 128,
    stopping: { maxEpochs: 10, patience: 5 },
    paperLayers: 'all',
  },
}
