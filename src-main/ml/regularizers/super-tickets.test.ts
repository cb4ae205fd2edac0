import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { methodConfig } from '@shared/config/method-config.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { modelLogits } from '../models/model-logits.ts'
import { createAdamW } from '../optimizers/adam-w.ts'
import { authorsAdamW } from '../optimizers/optimizer.ts'
import { javascriptUniform } from '../random/uniform-source.ts'
import { inScope } from '../tensors/in-scope.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { gradientOperations, tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { createEagerTrainer, plain } from '../training/eager-trainer.ts'
import { addImportance, stayingHeads, stayingSublayers, superTickets } from './super-tickets.ts'
import { slopeTolerance } from '../testing/finite-difference.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { MethodStep, wordBatch } from './testing/method-step.ts'
import type { SuperTicketsConfig } from '@shared/config/methods/super-tickets.ts'
import type { AttentionProbe } from '../models/forward-options.ts'
import type { Trainer } from '../training/trainer.ts'
import type { PlainWeights } from './regularizer.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<SuperTicketsConfig> = {}): SuperTicketsConfig => ({
  kind: 'super-tickets',
  ticketEpochs: 1,
  prunedHeads: 0.34,
  prunedFeedForward: 0.5,
  ...changes,
})
const [rows, tokens, heads, width] = [4, 7, 3, 15]
const headSize = width / heads

/** Sizes of the sums, plain. */
const numbersOf = (tensors: ReadonlyMap<string, tf.Tensor>): PlainWeights =>
  new Map([...tensors].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))

function aTrainer(method: object): Trainer {
  return createEagerTrainer(
    {
      config: tinyConfig,
      method: methodConfig.parse(method),
      seed: 7,
      uniform: javascriptUniform,
      maxGradientNorm: null,
      optimizer: { ...authorsAdamW, weightDecay: 0.1 },
      createOptimizer: createAdamW,
    },
    { parameters: tinyParameters(2, 3) },
  )
}

const firstWeights = (): PlainWeights => numbersOf(tinyParameters(2, 3))

function train(trainer: Trainer, phase: 'fine-tuning' | 'regularized', steps: readonly number[]): number[] {
  return steps.map((stepNumber) =>
    trainer.step(wordBatch(stepNumber), { stepNumber, phase, learningRate: 3e-3 }, () => undefined),
  )
}

/** A trainer after two steps of fine-tuning, the survey and the rewinding. */
function prunedTrainer(method: SuperTicketsConfig): Trainer {
  const trainer = aTrainer(method)
  train(trainer, 'fine-tuning', [1, 2])
  for (const batchNumber of [1, 2]) trainer.survey(wordBatch(batchNumber), batchNumber)
  expect(trainer.concludeSurvey({ epoch: 2, scores: [], first: firstWeights() }).isRewound).toBe(true)
  return trainer
}

/** Entries of a pruned trainer's weights that must be 0, and all others, by weight. */
function prunedEntries(trainer: Trainer): Map<string, boolean[]> {
  const masks = plain(trainer.methodState())
  return new Map(
    [...trainer.weights()].map(([name, { values }]) => {
      const layer = /layer\.(\d)\.(attention\.)?output\.dense/.exec(name)
      const staying = layer === null ? null : masks.get(`layer.${layer[1]}.heads`)!
      const isPruned = (_: number, place: number): boolean => {
        if (layer === null) return false
        if (layer[2] === undefined) return masks.get(`layer.${layer[1]}.feed-forward`)![0] === 0
        return name.endsWith('weight') && staying![Math.floor((place % width) / headSize)] === 0
      }
      return [name, Array.from(values, isPruned)]
    }),
  )
}

describe('the importance of heads and feed-forward sublayers', () => {
  it('is how fast the losses change when a token’s output is scaled, without its sign', () => {
    const step = new MethodStep(superTickets(settings()))
    const { logits, batch } = step.context()
    const found = numbersOf(addImportance(step.context()))
    /** Losses when the outputs of one token of every example are scaled: of a head, or of a sublayer. */
    const lossesAt = (layer: number, token: number, head: number | null, factor: number): number[] =>
      inScope(() => {
        const scaled = (at: number, values: tf.Tensor2D): tf.Tensor2D => {
          if (at !== layer) return values
          const numbers = values.dataSync().slice()
          const ofExample = numbers.length / rows
          for (let place = 0; place < numbers.length; place++) {
            const isToken = Math.floor((place % ofExample) / width) === token
            const isHead = head === null || Math.floor((place % width) / headSize) === head
            if (isToken && isHead) numbers[place] = numbers[place]! * factor
          }
          return tf.tensor2d(numbers, values.shape)
        }
        const probe: AttentionProbe = head === null ? { feedForward: scaled } : { context: scaled }
        return Array.from(exampleLosses(logits(batch.inputs, { probe }), batch.targets).dataSync())
      })
    const importanceOf = (layer: number, head: number | null): number => {
      // Of the last block only the first token is computed.
      const numTokens = layer === 1 ? 1 : tokens
      let sum = 0
      for (let token = 0; token < numTokens; token++) {
        // Of second order: off by h² = 1e-10 of the third derivative, and by rounding 1e-16 / h.
        const [above, below] = [
          lossesAt(layer, token, head, 1 + 1e-5),
          lossesAt(layer, token, head, 1 - 1e-5),
        ]
        above.forEach((loss, row) => (sum += Math.abs((loss - below[row]!) / 2e-5)))
      }
      return sum
    }

    for (const layer of [0, 1]) {
      const ofHeads = Array.from({ length: heads }, (_, head) => importanceOf(layer, head))
      expectClose(found.get(`layer.${layer}.heads`)!, ofHeads, { relative: slopeTolerance })
      expectClose(found.get(`layer.${layer}.feed-forward`)!, [importanceOf(layer, null)], {
        relative: slopeTolerance,
      })
    }
  })

  it('is the sum of |⟨∂L/∂O, O⟩| in float64', () => {
    const step = new MethodStep(superTickets(settings()))
    const found = numbersOf(addImportance(step.context()))
    const { logits, batch } = step.context()
    /** Outputs and the loss's gradients in them, as the pass with a zero added to each output has them. */
    const outputs = new Map<string, tf.Tensor2D>()
    const names = [0, 1].flatMap((layer) => [`layer.${layer}.heads`, `layer.${layer}.feed-forward`])
    const zeros = [rows * tokens, rows].flatMap((count) => [
      tf.zeros([count, width]),
      tf.zeros([count, width]),
    ])
    const gradients = tf.grads((...added: tf.Tensor[]) => {
      const tapped = (name: string, values: tf.Tensor2D): tf.Tensor2D => {
        outputs.set(name, tf.keep(values))
        return tf.add(values, added[names.indexOf(name)]!)
      }
      const probe: AttentionProbe = {
        context: (layer, values) => tapped(`layer.${layer}.heads`, values),
        feedForward: (layer, values) => tapped(`layer.${layer}.feed-forward`, values),
      }
      return tf.sum(exampleLosses(logits(batch.inputs, { probe }), batch.targets))
    })(zeros)

    names.forEach((name, at) => {
      const [gradient, output] = [gradients[at]!.dataSync(), outputs.get(name)!.dataSync()]
      const size = name.endsWith('heads') ? headSize : width
      const expected = new Float64Array(width / size)
      for (let start = 0; start < output.length; start += size) {
        let product = 0
        for (let place = start; place < start + size; place++) product += gradient[place]! * output[place]!
        expected[(start / size) % expected.length]! += Math.abs(product)
      }
      // Sums of at most 28 products, each of 5 or 15 numbers that may cancel.
      expectClose(found.get(name)!, expected, { relative: rounding(28 * 15, 'float64') })
    })
    outputs.forEach((output) => output.dispose())
  })

  it('moves with the heads when they change places, and so do the tickets', () => {
    const order = [2, 0, 1]
    /** The same model with layer 0's heads in another order: head h is what was head order[h]. */
    const permuted = new Map(tinyParameters(2, 11))
    const places = Int32Array.from(
      { length: width },
      (_, place) => order[Math.floor(place / headSize)]! * headSize + (place % headSize),
    )
    const prefix = 'bert.encoder.layer.0.attention'
    const move = (name: string, axis: number): void => {
      permuted.set(name, tf.gather(permuted.get(name)!, tf.tensor1d(places, 'int32'), axis))
    }
    for (const part of ['query', 'key', 'value'])
      for (const kind of ['weight', 'bias']) move(`${prefix}.self.${part}.${kind}`, 0)
    move(`${prefix}.output.dense.weight`, 1)
    const step = new MethodStep(superTickets(settings()))
    const before = numbersOf(addImportance(step.context()))
    const after = numbersOf(addImportance(step.context(permuted)))
    const ticketsOf = (importance: PlainWeights): number[][] =>
      stayingHeads(
        [0, 1].map((layer) => importance.get(`layer.${layer}.heads`)!),
        0.5,
      ).map((stays) => [...stays])

    for (const [name, values] of before) {
      const expected = name === 'layer.0.heads' ? order.map((head) => values[head]!) : [...values]
      expectClose(after.get(name)!, expected, { relative: rounding(gradientOperations, 'float64') })
    }
    const [first, last] = ticketsOf(before)
    expect(ticketsOf(after)).toEqual([order.map((head) => first![head]!), last])
    expect(new Set(first).size).toBe(2)
  })

  it('is summed over batches', () => {
    const step = new MethodStep(superTickets(settings()))
    const once = addImportance(step.context())
    const twice = numbersOf(addImportance({ ...step.context(), state: once }))

    for (const [name, values] of numbersOf(once))
      expect(twice.get(name)).toEqual(values.map((value) => 2 * value))
  })
})

describe('the choice of what stays', () => {
  it('prunes the lowest heads, each compared with its own layer', () => {
    const stays = stayingHeads([Float32Array.of(100, 300, 200), Float32Array.of(2, 0.1, 3)], 0.34)

    expect(stays.map((layer) => [...layer])).toEqual([
      [0, 1, 1],
      [1, 0, 1],
    ])
  })

  it('leaves every layer a head, and prunes the next instead', () => {
    const stays = stayingHeads([Float32Array.of(1, 1), Float32Array.of(0, 0)], 0.75)

    expect(stays.map((layer) => layer.reduce((sum, value) => sum + value, 0))).toEqual([1, 1])
    expect(stayingHeads([Float32Array.of(5), Float32Array.of(1)], 0.9)).toEqual([
      Float32Array.of(1),
      Float32Array.of(1),
    ])
  })

  it.each([
    [0.1, 14, 1],
    [0.2, 28, 2],
    [0.3, 43, 3],
    [0.4, 57, 4],
  ])('rounds %s of BERT-base down, as the released tickets: %i heads, %i sublayers', (share, heads, ffn) => {
    const layers = Array.from({ length: 12 }, (_, layer) => layer)
    const importance = layers.map((layer) => Float32Array.from(layers, (head) => 1 + head + layer / 12))
    const gone = (stays: readonly (readonly number[])[]): number =>
      stays.flat().filter((stay) => stay === 0).length

    expect(gone(stayingHeads(importance, share).map((layer) => [...layer]))).toBe(heads)
    expect(gone([stayingSublayers(layers, share)])).toBe(ffn)
  })

  it('is not deceived by double precision: 0.57 of 100 is 57', () => {
    const sublayers = Array.from({ length: 100 }, (_, layer) => layer)
    expect(stayingSublayers(sublayers, 0.57).filter((stay) => stay === 0)).toHaveLength(57)
  })

  it('prunes the lowest feed-forward sublayers, the share of them rounded down', () => {
    expect(stayingSublayers([3, 1, 2, 4], 0.5)).toEqual([1, 0, 0, 1])
    expect(stayingSublayers([3, 1, 2], 0.3)).toEqual([1, 1, 1])
    expect(stayingHeads([Float32Array.of(3, 1, 2)], 0)).toEqual([Float32Array.of(1, 1, 1)])
  })
})

describe('SuperTickets', () => {
  it('goes back to the first weights, 0 where it prunes', () => {
    const trainer = prunedTrainer(settings())
    const pruned = prunedEntries(trainer)
    const first = firstWeights()

    for (const [name, { values }] of trainer.weights()) {
      const expected = first.get(name)!.map((value, place) => (pruned.get(name)![place]! ? 0 : value))
      expect(values, name).toEqual(expected)
    }
    expect([...pruned.values()].flat().filter(Boolean)).toHaveLength(
      2 * width * headSize + width * 19 + width,
    )
    expect(trainer.optimizerState().step).toBe(0)
  })

  it('leaves pruned parts nothing to contribute', () => {
    const trainer = prunedTrainer(settings())
    const masks = plain(trainer.methodState())
    const weights = new Map(
      [...trainer.weights()].map(([name, { values, shape }]) => [name, tf.tensor(values, [...shape])]),
    )
    const { inputs } = tinyBatch('classification', 5)
    const probe: AttentionProbe = {
      context: (layer, values) => {
        const columns = Array.from(
          { length: width },
          (_, column) => masks.get(`layer.${layer}.heads`)![Math.floor(column / headSize)]!,
        )
        return tf.mul(values, tf.tensor2d(columns, [1, width]))
      },
      feedForward: (layer, values) => tf.mul(values, masks.get(`layer.${layer}.feed-forward`)![0]!),
    }

    const silenced = modelLogits(tinyParameters(2, 3), tinyConfig, inputs, { probe })
    const found = modelLogits(weights, tinyConfig, inputs)
    const unpruned = modelLogits(tinyParameters(2, 3), tinyConfig, inputs)
    expect(found.arraySync()).toEqual(silenced.arraySync())
    expect(found.arraySync()).not.toEqual(unpruned.arraySync())
  })

  it('keeps pruned weights at exactly 0 through AdamW with decay, while all others move', () => {
    const trainer = prunedTrainer(settings())
    const pruned = prunedEntries(trainer)
    const first = firstWeights()
    train(trainer, 'regularized', [3, 4, 5])
    // Nothing reads what leads to a pruned sublayer: no gradient, and biases do not decay.
    const isCutOff = (name: string): boolean => {
      const layer = /layer\.(\d)\.intermediate\.dense\.bias/.exec(name)?.[1]
      return (
        layer !== undefined && !pruned.get(`bert.encoder.layer.${layer}.output.dense.bias`)!.includes(false)
      )
    }

    expect([...trainer.weights().keys()].filter(isCutOff)).toHaveLength(1)
    for (const [name, { values }] of trainer.weights()) {
      const isPruned = pruned.get(name)!
      values.forEach((value, place) => {
        if (isPruned[place]!) expect(value, `${name}[${place}]`).toBe(0)
      })
      if (!isPruned.includes(false) || isCutOff(name)) continue
      expect(
        values.some((value, place) => !isPruned[place]! && value !== first.get(name)![place]),
        name,
      ).toBe(true)
    }
  })

  it('is fine-tuning from the first weights, bit for bit, where nothing is pruned', () => {
    const trainer = prunedTrainer(settings({ prunedHeads: 0, prunedFeedForward: 0 }))
    const other = aTrainer({ kind: 'fine-tuning' })

    expect(train(trainer, 'regularized', [3, 4, 5])).toEqual(train(other, 'fine-tuning', [3, 4, 5]))
    expect(plain(trainer.weights())).toEqual(plain(other.weights()))
  })

  it('finds the same tickets for the same seed', () => {
    const [one, other] = [prunedTrainer(settings()), prunedTrainer(settings())]

    expect(plain(one.methodState())).toEqual(plain(other.methodState()))
    expect(train(one, 'regularized', [3, 4])).toEqual(train(other, 'regularized', [3, 4]))
  })

  it.each(['prunedHeads', 'prunedFeedForward'])('refuses to prune everything: %s', (share) => {
    const parsed = methodConfig.safeParse({ kind: 'super-tickets', [share]: 1 })

    expect(parsed.error?.issues).toMatchObject([{ path: [share], message: 'must be less than 1' }])
  })

  it('makes its survey when the epochs before it are over', () => {
    expect(superTickets(settings({ ticketEpochs: 4 })).survey?.beforeEpochs).toEqual([5])
  })
})
