/** Small, complete summaries for tests; every field can be overridden. */
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary, SplitSummary } from '@shared/results/dataset-summary.ts'

/** A split with two labels. */
export function aSplitSummary(overrides: Partial<SplitSummary> = {}): SplitSummary {
  return {
    examples: 40,
    labels: { entailment: 20, not_entailment: 20 },
    lengthQuantiles: { '0': 10, '0.5': 20, '1': 30 },
    lengthHistogram: [],
    scoreHistogram: [],
    source: { path: 'train.tsv', sha256: 'a'.repeat(64) },
    ...overrides,
  }
}

/** A data set of RTE form with training and validation rows. */
export function aDatasetSummary(overrides: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    datasetId: 'rte-00000000',
    name: 'RTE',
    task: 'rte',
    labels: ['entailment', 'not_entailment'],
    hasPairs: true,
    splits: { train: aSplitSummary(), validation: aSplitSummary({ examples: 10 }) },
    dialect: { delimiter: '\t', quoting: 'off', encoding: 'utf-8', header: true },
    notes: [],
    problems: [],
    skippedRows: 0,
    contentSha256: '0'.repeat(64),
    addedAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  }
}

/** A two-layer BERT with 64 positions. */
export function aCheckpointSummary(overrides: Partial<CheckpointSummary> = {}): CheckpointSummary {
  return {
    checkpointId: 'tiny-00000000',
    name: 'tiny',
    architecture: 'bert',
    config: {
      modelType: 'bert',
      vocabSize: 101,
      hiddenSize: 8,
      numHiddenLayers: 2,
      numAttentionHeads: 2,
      intermediateSize: 16,
      hiddenAct: 'gelu',
      hiddenDropoutProb: 0.1,
      attentionProbsDropoutProb: 0.1,
      classifierDropout: 0.1,
      maxPositionEmbeddings: 64,
      typeVocabSize: 2,
      initializerRange: 0.02,
      layerNormEps: 1e-12,
      padTokenId: 0,
    },
    parameters: 5000,
    tokenizer: 'wordpiece',
    tokenizerPieces: 101,
    head: { kind: 'none' },
    checks: [],
    warnings: [],
    folder: '/nowhere',
    files: [],
    addedAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  }
}
