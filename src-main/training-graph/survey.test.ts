import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { tinyParameters } from '@main/ml/testing/tiny-model.ts'
import { expectStepsAlike } from './testing/expect-steps-alike.ts'
import { aBatch, eager, loadEngine, rival, stepsOf, traced, train } from './testing/tiny-trainers.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { Trainer } from '@main/ml/training/trainer.ts'

beforeAll(loadEngine)

const method = rival({ kind: 'child-tuning-d', childRatio: 0.4 })

const pruning = rival({
  kind: 'super-tickets',
  ticketEpochs: 1,
  prunedHeads: 0.4,
  prunedFeedForward: 0.5,
})

const searching = rival({
  kind: 'auto-dropout',
  search: 'random',
  candidates: 2,
  dropRate: 0.5,
  pattern: 'value 2/1',
})

/** Weights that a run could have begun with. */
function first(): PlainWeights {
  const parameters = tinyParameters(2, 29)
  const weights = new Map([...parameters].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))
  tf.dispose([...parameters.values()])
  return weights
}

/** A trainer after a survey of three batches, of two lengths. */
function surveyed(trainer: Trainer): Trainer {
  for (const batchNumber of [1, 2, 3])
    trainer.survey(aBatch(batchNumber, batchNumber === 2 ? 5 : 7), batchNumber)
  trainer.concludeSurvey({ epoch: 2, scores: [], first: first() })
  return trainer
}

/** The method's tensors: sums during a survey, masks after it. */
const masksOf = (trainer: Trainer): PlainWeights =>
  new Map([...trainer.methodState()].map(([name, { values }]) => [name, values]))

describe('a survey', () => {
  it('chooses the same weights traced as eager, and trains them alike', () => {
    const changes = { method, buckets: [5, 7] }
    const [graph, operations] = [surveyed(traced(changes)), surveyed(eager(changes))]
    const [found, expected] = [masksOf(graph), masksOf(operations)]
    const flat = (masks: PlainWeights): number[] => [...masks.values()].flatMap((values) => [...values])
    const differing = flat(found).filter((value, i) => value !== flat(expected)[i]).length

    // Fisher values next to the threshold may fall on either side by rounding.
    expect(differing).toBeLessThanOrEqual(2)
    const kept = flat(found).filter((value) => value === 1).length
    // The quantile leaves the share p to one weight; four more may tie with it.
    expect(Math.abs(kept - 0.4 * flat(found).length)).toBeLessThanOrEqual(5)
    operations.dispose()
    expectStepsAlike(graph, changes, stepsOf(changes))
    graph.dispose()
  })

  it('prunes the same heads and sublayers traced as eager, goes back to the first weights, and trains alike', () => {
    const changes = { method: pruning, buckets: [5, 7] }
    const [graph, operations] = [traced(changes), eager(changes)]
    for (const trainer of [graph, operations]) {
      train(trainer)
      surveyed(trainer)
    }

    expect(masksOf(graph)).toEqual(masksOf(operations))
    expect([...masksOf(graph).values()].flatMap((values) => [...values]).sort()).toEqual([
      ...[0, 0, 0],
      ...[1, 1, 1, 1, 1],
    ])
    expect(graph.weights()).toEqual(operations.weights())
    expect(graph.optimizerState()).toEqual(operations.optimizerState())
    expect(graph.optimizerState().step).toBe(0)
    operations.dispose()
    expectStepsAlike(graph, changes, stepsOf(changes))
    graph.dispose()
  })

  it('changes the pattern that one and the same traced step drops by', () => {
    const changes = { method: searching }
    const [graph, operations] = [traced(changes), eager(changes)]
    const weights = first()
    const losses = [1, 2, 3].map((epoch) => {
      const place = { epoch, scores: [0.3, 0.5].slice(0, epoch - 1), first: weights }
      const said = [graph, operations].map((trainer) => trainer.concludeSurvey(place))
      expect(said[0]).toEqual(said[1])
      expect(said[0]!.isRewound).toBe(epoch > 1)
      if (epoch > 1) expect(graph.weights()).toEqual(operations.weights())
      return expectStepsAlike(graph, changes, stepsOf(changes))
    })

    // The second candidate scored better, so the last training is its own once more, bit for bit.
    expect(losses[2]).toEqual(losses[1])
    graph.dispose()
    operations.dispose()
  })

  it.each([
    ['Child-Tuning D', method],
    ['SuperTickets', pruning],
  ])('is float32 whatever the precision of steps: %s', (_, ofMethod) => {
    const sums = (precision: 'float32' | 'bfloat16'): PlainWeights => {
      const changes = { method: ofMethod, precision, hasShortProducts: precision === 'bfloat16' } as const
      const trainer = traced(changes)
      trainer.survey(aBatch(1), 1)
      const found = masksOf(trainer)
      trainer.dispose()
      return found
    }

    expect(sums('bfloat16')).toEqual(sums('float32'))
  })

  it('begins anew at its first batch, whatever an interrupted one left', () => {
    const trainer = traced({ method })
    trainer.survey(aBatch(8), 1)
    const [first, second] = [masksOf(surveyed(trainer)), masksOf(surveyed(trainer))]

    expect(second).toEqual(first)
    trainer.dispose()
  })

  it('is kept: a trainer that starts with its result trains on bit for bit', () => {
    const whole = surveyed(traced({ method }))
    const state = masksOf(whole)
    const other = traced({ method }, { methodState: state })

    expect(train(other, { method })).toEqual(train(whole, { method }))
    whole.dispose()
    other.dispose()
  })
})
