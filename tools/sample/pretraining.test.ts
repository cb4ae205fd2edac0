import * as tf from '@tensorflow/tfjs'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { maskedLanguageModelWeights } from './masked-language-model.ts'
import { initialWeights, measureRestoration, pretrain, weightsWithoutDecay } from './pretraining.ts'
import type { PretrainingPlan, PretrainingText } from './pretraining.ts'
import { RandomStream } from './random-stream.ts'
import { encoderConfig } from './sample-encoder.ts'
import { maskTokens } from './token-masking.ts'
import { unigramBaseline } from './unigram-baseline.ts'

const vocabulary = { padTokenId: 0, maskTokenId: 4, specialTokenIds: new Set([0, 1, 2, 3, 4]), size: 17 }

describe('hiding tokens', () => {
  const text = [2, ...Array.from({ length: 50 }, (_, index) => 5 + (index % 12)), 3]
  const random = new RandomStream(7, 'test of masking')
  const masked = Array.from({ length: 2000 }, () => maskTokens(text, vocabulary, random))

  it('chooses about 15 % of the ordinary tokens and remembers what they were', () => {
    const chosen = masked.reduce((sum, { positions }) => sum + positions.length, 0)

    expect(chosen / (2000 * 50)).toBeGreaterThan(0.145)
    expect(chosen / (2000 * 50)).toBeLessThan(0.155)
    for (const { positions, targets } of masked) {
      expect(targets).toEqual(positions.map((position) => text[position]))
    }
  })

  it('replaces 80 % of them by [MASK] and leaves about a tenth as they are', () => {
    const shown = masked.flatMap(({ inputIds, positions, targets }) =>
      positions.map((position, index) => ({ id: inputIds[position], target: targets[index] })),
    )
    const share = (
      holds: (token: { id: number | undefined; target: number | undefined }) => boolean,
    ): number => shown.filter(holds).length / shown.length

    expect(share(({ id }) => id === 4)).toBeCloseTo(0.8, 1)
    // A random token is the original by chance once in twelve.
    expect(share(({ id, target }) => id === target)).toBeCloseTo(0.1 + 0.1 / 12, 1)
    expect(share(({ id }) => id !== undefined && id < 5 && id !== 4)).toBe(0)
  })

  it('never touches special tokens or tokens it did not choose', () => {
    for (const { inputIds, positions } of masked) {
      const changed = inputIds.flatMap((id, position) => (id === text[position] ? [] : [position]))
      expect(positions).toEqual(expect.arrayContaining(changed))
      expect([inputIds[0], inputIds.at(-1)]).toEqual([2, 3])
    }
  })

  it('chooses at least one token of the shortest text', () => {
    const short = Array.from({ length: 50 }, () => maskTokens([2, 9, 3], vocabulary, random))

    expect(short.map(({ positions }) => positions)).toEqual(Array.from({ length: 50 }, () => [1]))
  })
})

describe('the unigram baseline', () => {
  it('guesses by smoothed frequency and leaves special tokens out', () => {
    const counted = { specialTokenIds: new Set([0, 1, 2, 3, 4]), size: 7 }

    const score = unigramBaseline([[2, 5, 5, 6, 3]], [[2, 5, 6, 3]], counted)

    expect(score.loss).toBeCloseTo(-(Math.log(3 / 5) + Math.log(2 / 5)) / 2, 12)
    expect(score.accuracy).toBe(0.5)
  })
})

describe('pre-training on the plain JavaScript engine', () => {
  const config = {
    ...encoderConfig(17),
    hiddenSize: 16,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    intermediateSize: 32,
    maxPositionEmbeddings: 8,
  }
  // Every text repeats one token, so that a hidden one can be read off its neighbours.
  const text: PretrainingText = {
    texts: Array.from({ length: 60 }, (_, index) => [2, ...new Array<number>(5).fill(5 + (index % 12)), 3]),
    vocabulary,
  }
  const plan: PretrainingPlan = {
    seed: 3,
    steps: 60,
    batchSize: 12,
    learningRate: 3e-2,
    warmUp: 0.1,
    weightDecay: 0.01,
  }
  const train = async (steps: number): Promise<{ losses: number[]; before: number; after: number }> => {
    const engine = await loadTensorEngine('cpu')
    const weights = initialWeights(config, plan.seed)
    const optimizer = engine.createOptimizer({
      parameters: weights,
      settings: { ...authorsAdamW, weightDecay: plan.weightDecay },
      exempt: weightsWithoutDecay(config),
    })
    const before = measureRestoration(optimizer.parameters(), config, text, plan).loss
    const losses = [...pretrain({ ...plan, steps }, text, config, optimizer)].map(({ loss }) => loss)
    const after = measureRestoration(optimizer.parameters(), config, text, plan).loss
    optimizer.dispose()
    tf.dispose([...weights.values()])
    return { losses, before, after }
  }

  beforeAll(async () => {
    await loadTensorEngine('cpu')
  })

  it('learns to restore tokens from their neighbours', async () => {
    const { before, after } = await train(plan.steps)

    expect(before).toBeGreaterThan(2.5)
    expect(after).toBeLessThan(2)
  }, 180_000)

  it('gives the same losses for the same seed and frees every tensor', async () => {
    const tensors = tf.memory().numTensors

    const first = await train(6)
    const second = await train(6)

    expect(second.losses).toEqual(first.losses)
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('trains neither pooler nor classifier', () => {
    const names = [...maskedLanguageModelWeights(config).keys()]

    expect(names.filter((name) => name.includes('pooler') || name.startsWith('classifier'))).toEqual([])
    expect(names).toContain('bert.embeddings.word_embeddings.weight')
  })
})
