/** A run so small that its engine trains it in a moment. */
import { join } from 'node:path'
import { inspectCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { writeCheckpointFolder } from '@main/checkpoints/write-checkpoint-folder.ts'
import { summarizeDataset } from '@main/datasets/summarize-dataset.ts'
import { aRunRecord } from '@main/engine-client/testing/run-records.ts'
import { modelWeights, initialValues } from '@main/ml/models/model-weights.ts'
import { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { DatasetLibrary } from '@main/storage/dataset-library.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { ParsedDataset } from '@main/datasets/import-dataset.ts'
import type { RunConfigInput } from '@shared/config/run-config.ts'
import type { Example } from '@shared/results/dataset-summary.ts'
import type { TokenizerFiles } from '@main/text/word-piece-settings.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { ModelType } from '@shared/results/checkpoint-summary.ts'

const words = ['good', 'bad', 'tea', 'soup', 'was', 'the', 'very', 'not']
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]
const model: ModelConfig = {
  taskKind: 'classification',
  modelType: 'bert',
  vocabSize: vocabulary.length,
  hiddenSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 3,
  intermediateSize: 20,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  classifierDropout: 0.1,
  maxPositionEmbeddings: 16,
  typeVocabSize: 2,
  initializerRange: 0.3,
  layerNormEps: 1e-12,
  padTokenId: 0,
}

/** Sentences of 2 to 7 words; the label says whether the first word is "good". */
function examples(count: number): Example[] {
  return Array.from({ length: count }, (_, i) => ({
    text: [
      i % 2 === 0 ? 'good' : 'bad',
      ...Array.from({ length: 1 + (i % 6) }, (_, k) => words[(i * 3 + k) % 8]!),
    ].join(' '),
    label: i % 2,
  }))
}

/** What a run begins with. */
export interface TinyStart {
  readonly model: ModelConfig
  readonly tokenizerFiles: TokenizerFiles
}

/**
 * A tiny model of a family that reads the sentences, and its tokenizer: WordPiece, or RoBERTa's byte-level one.
 *
 * @param modelType the family
 */
export function tinyStart(modelType: ModelType): TinyStart {
  if (modelType !== 'roberta') {
    const ofFamily: Partial<ModelConfig> = modelType === 'electra' ? { embeddingSize: 10 } : {}
    return {
      model: { ...model, ...ofFamily, modelType, typeVocabSize: modelType === 'distilbert' ? 1 : 2 },
      tokenizerFiles: { vocabText: `${vocabulary.join('\n')}\n` },
    }
  }
  const letters = [...'abcdefghijklmnopqrstuvwxyz', 'Ġ']
  const merges = ['Ġ t', 'Ġt h', 'Ġth e', 'o o', 'g oo', 'goo d', 'Ġ b']
  const pieces = [
    ...['<s>', '<pad>', '</s>', '<unk>', '<mask>'],
    ...letters,
    ...merges.map((merge) => merge.replace(' ', '')),
  ]
  const vocabJson = JSON.stringify(Object.fromEntries(pieces.map((piece, id) => [piece, id])))
  return {
    model: {
      ...model,
      modelType,
      vocabSize: pieces.length,
      typeVocabSize: 1,
      padTokenId: 1,
      maxPositionEmbeddings: 50,
    },
    tokenizerFiles: { vocabJson, mergesText: `#version: 0.2\n${merges.join('\n')}\n` },
  }
}

/** A data folder with one run. */
export interface HomeWithRun {
  readonly home: string
  readonly folder: RunFolder
}

/**
 * A data folder with a tiny model, 40 training and 12 validation rows, and a waiting run of 20 steps.
 *
 * @param home an empty folder
 * @param config what differs from AD-DROP over four epochs of five steps
 * @param start the model and its tokenizer; a BERT when left out
 */
export async function tinyRun(
  home: string,
  config: Partial<RunConfigInput> = {},
  start: TinyStart = { model, tokenizerFiles: { vocabText: `${vocabulary.join('\n')}\n` } },
): Promise<HomeWithRun> {
  const { model, tokenizerFiles } = start
  const checkpointFolder = join(home, 'tiny-model')
  const tensors = [...modelWeights(model, 2)].map(([name, weight]) => ({
    name,
    dtype: 'float32' as const,
    shape: weight.shape,
    values: initialValues(weight, model.initializerRange, 1),
  }))
  await writeCheckpointFolder(checkpointFolder, {
    config: model,
    labels: ['0', '1'],
    task: 'sst2',
    tensors,
    tokenizerFiles,
    extraFiles: [],
  })
  const checkpoint = new CheckpointLibrary(home).add(await inspectCheckpointFolder(checkpointFolder, ''))
  const source = { path: 'rows', sha256: '0'.repeat(64) }
  const parsed: ParsedDataset = {
    name: 'tiny',
    task: 'sst2',
    labels: ['0', '1'],
    hasPairs: false,
    splits: {
      train: { examples: examples(40), source },
      validation: { examples: examples(12), source },
    },
    problems: [],
    skippedRows: 0,
    dialect: { delimiter: '\t', quoting: 'off', encoding: 'utf-8', header: true },
    notes: [],
    problemRows: 0,
  }
  const dataset = new DatasetLibrary(home).add(summarizeDataset(parsed, 'tiny', ''), {
    train: parsed.splits['train']!.examples,
    validation: parsed.splits['validation']!.examples,
  })
  const record = aRunRecord(
    {
      task: 'sst2',
      method: { kind: 'ad-drop' },
      training: { learningRate: 1e-3, batchSize: 8, maxEpochs: 4, maxLength: 12, seed: 5 },
      ...config,
    },
    {
      dataset: { datasetId: dataset.datasetId, contentSha256: dataset.contentSha256 },
      checkpoint: {
        checkpointId: checkpoint.checkpointId,
        folder: checkpoint.folder,
        files: checkpoint.files,
      },
    },
  )
  return { home, folder: RunFolder.create(home, record) }
}
