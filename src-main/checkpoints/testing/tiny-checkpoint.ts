/** A checkpoint folder small enough to be made anew in every test. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { configFileText } from '../config-file-text.ts'
import { writeSafetensors, type NamedTensor } from '../safetensors.ts'
import { expectedWeights } from '../weight-names.ts'

/** A BERT whose every axis has a size of its own. */
export const tinyConfig: EncoderConfig = {
  modelType: 'bert',
  vocabSize: 11,
  hiddenSize: 6,
  numHiddenLayers: 2,
  numAttentionHeads: 3,
  intermediateSize: 13,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.2,
  classifierDropout: 0.3,
  maxPositionEmbeddings: 17,
  typeVocabSize: 2,
  initializerRange: 0.02,
  layerNormEps: 1e-12,
  padTokenId: 0,
}

/**
 * All weights of the tiny model; the values count up, so that no two places hold the same number.
 *
 * @param labels outputs of the classifier
 */
export function tinyTensors(labels = 3): NamedTensor[] {
  let next = 0
  return expectedWeights({ ...tinyConfig, taskKind: 'classification' }).map(({ name, shape }) => {
    const sizes = shape.map((size) => size ?? labels)
    const count = sizes.reduce((product, size) => product * size, 1)
    const values = Float32Array.from({ length: count }, () => (next += 1) / 64)
    return { name, dtype: 'float32', shape: sizes, values }
  })
}

/** Eleven pieces, as many as the word embedding has rows. */
export const tinyVocabulary = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\nf\n'

/** What to change in the tiny model before it is written. */
export interface TinyFolderChange {
  readonly tensors?: (tensors: NamedTensor[]) => NamedTensor[]
  readonly config?: (config: Record<string, unknown>) => Record<string, unknown>
}

/**
 * Writes the tiny model into a fresh temporary folder and answers the folder.
 *
 * @param change what to change in the tensors and in config.json before they are written
 */
export async function writeTinyFolder(change: TinyFolderChange = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-checkpoint-'))
  const config = JSON.parse(
    configFileText(tinyConfig, { labels: ['a', 'b', 'c'], task: 'classification' }),
  ) as Record<string, unknown>
  writeFileSync(join(folder, 'config.json'), JSON.stringify(change.config?.(config) ?? config))
  writeFileSync(join(folder, 'vocab.txt'), tinyVocabulary)
  const tensors = change.tensors?.(tinyTensors()) ?? tinyTensors()
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' })
  return folder
}
