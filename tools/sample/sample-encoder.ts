/** Sizes of the sample's encoder and how long it is pre-trained. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import type { PretrainingPlan } from './pretraining.ts'

/**
 * A BERT encoder that a laptop trains in seconds: 4 layers, 128 wide.
 *
 * @param vocabSize entries of the vocabulary
 */
export function encoderConfig(vocabSize: number): EncoderConfig {
  return {
    modelType: 'bert',
    vocabSize,
    hiddenSize: 128,
    numHiddenLayers: 4,
    numAttentionHeads: 4,
    intermediateSize: 512,
    hiddenAct: 'gelu',
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    classifierDropout: 0.1,
    maxPositionEmbeddings: 64,
    typeVocabSize: 2,
    initializerRange: 0.02,
    layerNormEps: 1e-12,
    padTokenId: 0,
  }
}

/** Length of the pre-training, about nine minutes on two shared cores. */
export const pretrainingPlan: Omit<PretrainingPlan, 'seed'> = {
  steps: 2500,
  batchSize: 64,
  learningRate: 2e-3,
  warmUp: 0.1,
  weightDecay: 0.01,
}
