import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropout } from '../../layers/dropout.ts'
import { exampleLosses } from '../../losses/task-loss.ts'
import { createAdamW } from '../../optimizers/adam-w.ts'
import { authorsAdamW } from '../../optimizers/optimizer.ts'
import { javascriptUniform } from '../../random/uniform-source.ts'
import { usePlainBackend } from '../../testing/plain-backend.ts'
import { tinyConfig, tinyParameters } from '../../testing/tiny-model.ts'
import { createEagerTrainer, plain } from '../../training/eager-trainer.ts'
import {
  expectLosses,
  expectSlopes,
  MethodStep,
  trained,
  withoutDropout,
  wordBatch,
} from '../testing/method-step.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { parsePattern, patternSublayers } from '@shared/config/methods/dropout-pattern.ts'
import { autoDropout } from './auto-dropout.ts'
import { patternDraws, patternFactors } from './pattern-factors.ts'
import { candidatePatterns } from './pattern-search.ts'
import type { AutoDropoutConfig } from '@shared/config/methods/auto-dropout.ts'
import type { PlainWeights } from '../regularizer.ts'
import type { Trainer } from '../../training/trainer.ts'

beforeAll(usePlainBackend)

/** A pattern of its own for every sublayer. */
const everywhere = 'query 1/1, key 2/1 c, value 3/2 t, attention-output 2/2, feed-forward-output 2/3 tc'
const settings = (changes: object = {}): AutoDropoutConfig =>
  methodConfig.parse({
    kind: 'auto-dropout',
    dropRate: 0.4,
    pattern: everywhere,
    ...changes,
  }) as AutoDropoutConfig

const plainSettings = { kind: 'fine-tuning' }

describe('AutoDropout’s pattern space', () => {
  it('multiplies what the five sublayers of every block give, after vanilla dropout, by their factors', () => {
    const step = new MethodStep(autoDropout(settings()))
    const { logits, random, batch } = step.context()
    const pattern = parsePattern(everywhere)!
    const places = new Set<string>()
    const expected = logits(batch.inputs, {
      // The rows of all tokens: the method computes only those that the classifier reads.
      lastBlock: 'every-token',
      dropout(values, site) {
        // The last block's numbers of vanilla dropout hang on its number of rows.
        const usual =
          site.layer === 1 ? values : dropout(values, site.probability, random('second'), site.name)
        const sublayer = patternSublayers.find((name) => name === site.kind)
        if (sublayer === undefined) return usual
        places.add(site.name)
        const { size, stride, shareTokens, shareUnits } = pattern[sublayer]
        const draws = patternDraws(random('mask'), site.name, [4, 7, 15])
        const tokens = tf.tensor1d([size, stride, Number(shareTokens), Number(shareUnits)])
        const factors = patternFactors(tokens, draws, batch.inputs.isReal, 0.4)
        return tf.mul(usual, tf.reshape(factors, [28, 15]))
      },
    })
    const method = autoDropout(settings()).prepare(step.context()).pass!
    const found = logits(batch.inputs, {
      dropout: (values, site) =>
        method.dropout!(values, site.layer === 1 ? { ...site, probability: 0 } : site),
    })

    const losses = [found, expected].map((of) => exampleLosses(of, batch.targets).dataSync())
    expectLosses(Array.from(losses[0]!), losses[1]!)
    expect(places.size).toBe(10)
  })

  it.each([everywhere, 'attention-output 4/1 t', 'query 2/0, key 2/0, value 2/0'])(
    'has the gradients of finite differences: %s',
    (pattern) => {
      expectSlopes(new MethodStep(autoDropout(settings({ pattern }))).slopes())
    },
  )

  it('is plain fine-tuning, vanilla dropout included, bit for bit, without a pattern and at a rate of 0', () => {
    const fineTuned = trained(plainSettings)

    expect(trained({ kind: 'auto-dropout', pattern: 'none' })).toEqual(fineTuned)
    expect(trained({ kind: 'auto-dropout', pattern: 'value 0/3, key 0/0' })).toEqual(fineTuned)
    expect(trained({ kind: 'auto-dropout', dropRate: 0 })).toEqual(fineTuned)
  })

  it('leaves the residual alone of every layer where everything affected is dropped', () => {
    // The largest rate below 1; the generator's largest number is below it too.
    const of = settings({
      dropRate: 1 - 2 ** -25,
      pattern: 'attention-output 1/0, feed-forward-output 1/0',
    })
    const step = new MethodStep(autoDropout(of), { config: withoutDropout })
    const { logits, batch } = step.context()
    const residualAlone = logits(batch.inputs, {
      dropout: (values, { kind }) =>
        kind === 'attention-output' || kind === 'feed-forward-output' ? tf.zerosLike(values) : values,
    })

    expect(step.losses()).toEqual(Array.from(exampleLosses(residualAlone, batch.targets).dataSync()))
  })

  it('drops the same for the same seed, and something else for another pattern', () => {
    const losses = (changes: object = {}): number[] => new MethodStep(autoDropout(settings(changes))).losses()

    expect(losses()).toEqual(losses())
    expect(losses()).not.toEqual(losses({ pattern: 'value 3/2' }))
  })
})

describe('the search within a run', () => {
  const searching = settings({
    search: 'evolutionary',
    candidates: 3,
    epochsPerCandidate: 2,
    populationSize: 2,
  })
  const first = (): PlainWeights => {
    const parameters = tinyParameters(2, 3)
    return new Map([...parameters].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))
  }
  const trainer = (method = searching): Trainer =>
    createEagerTrainer(
      {
        config: tinyConfig,
        method,
        seed: 7,
        uniform: javascriptUniform,
        maxGradientNorm: null,
        optimizer: { ...authorsAdamW, weightDecay: 0.01 },
        createOptimizer: createAdamW,
      },
      { parameters: tinyParameters(2, 3) },
    )
  const train = (of: Trainer): number[] =>
    [1, 2].map((stepNumber) =>
      of.step(
        wordBatch(stepNumber),
        { stepNumber, phase: 'regularized', learningRate: 3e-3 },
        () => undefined,
      ),
    )
  const patternOf = (of: Trainer): number[] => [...plain(of.methodState()).get('pattern')!]
  const numbersOf = (pattern: ReturnType<typeof parsePattern>): number[] =>
    patternSublayers.flatMap((sublayer) => {
      const { size, stride, shareTokens, shareUnits } = pattern![sublayer]
      return [size, stride, Number(shareTokens), Number(shareUnits)]
    })

  it('is made before every candidate’s training and before the last one', () => {
    expect(autoDropout(searching).survey?.beforeEpochs).toEqual([1, 3, 5, 7])
    expect(autoDropout(searching).survey?.accumulate).toBeUndefined()
    expect(autoDropout(settings()).survey).toBeUndefined()
  })

  it('judges a candidate by its best epoch, and trains the best of them from the first weights on', () => {
    const scores = [0.4, 0.6, 0.9, 0.1, 0.7, 0.8]
    const patterns = candidatePatterns(searching, 7, [0.6, 0.9, 0.8])
    const of = trainer()
    const seen = [1, 3, 5, 7].map((epoch) => {
      const { isRewound, note } = of.concludeSurvey({
        epoch,
        scores: scores.slice(0, epoch - 1),
        first: first(),
      })
      const start = plain(of.weights())
      return { isRewound, note, start, pattern: patternOf(of), losses: train(of) }
    })

    expect(seen.map(({ pattern }) => pattern)).toEqual([0, 1, 2, 1].map((at) => numbersOf(patterns[at]!)))
    expect(seen.map(({ isRewound }) => isRewound)).toEqual([false, true, true, true])
    for (const { start } of seen) expect(start).toEqual(first())
    // Trained twice with the same pattern: the same losses, since moments and random numbers begin anew as well.
    expect(seen[3]!.losses).toEqual(seen[1]!.losses)
    expect(seen[2]!.losses).not.toEqual(seen[1]!.losses)
    expect(seen[0]!.note).toBe(`The search for a pattern trains candidate 1 of 3: ${everywhere}.`)
    expect(seen[3]!.note).toMatch(/^The search for a pattern is over: candidate 2 of 3 scored best, 0\.9000/)
  })

  it('judges a cross-tuned candidate by the epochs trained with its pattern, not by those of plain fine-tuning', () => {
    const crossTuned = settings({
      search: 'random',
      candidates: 2,
      epochsPerCandidate: 4,
      crossTuning: true,
    })
    const conclude = (scores: readonly (number | null)[]) =>
      autoDropout(crossTuned).survey!.conclude({
        epoch: 9,
        scores,
        state: new Map(),
        weights: new Map(),
        first: first(),
        seed: 7,
        config: tinyConfig,
      })
    const [, second] = candidatePatterns(crossTuned, 7, [0.5, 0.6])
    // Plain epochs, the 1st and the 3rd of each, have scores that would decide for the first candidate.
    const { note, state } = conclude([0.8, 0.5, 0.9, 0.4, 0.8, 0.3, 0.7, 0.6])

    expect([...state.get('pattern')!]).toEqual(numbersOf(second!))
    expect(note).toMatch(/over: candidate 2 of 2 scored best, 0\.6000/)

    // An undefined score is worse than any, however low, and not 0.
    const undefinedFirst = conclude([0.8, null, 0.9, null, 0.8, -0.3, 0.7, null])
    expect(undefinedFirst.note).toMatch(/candidate 2 of 2 scored best, -0\.3000/)
    expect(conclude(Array.from({ length: 8 }, () => null)).note).toMatch(
      /no candidate has a defined score, so candidate 1 of 2 stays/,
    )
  })

  it('trains its candidate as a run with that pattern in its settings would', () => {
    const fixed = trainer(settings())
    const of = trainer()
    of.concludeSurvey({ epoch: 1, scores: [], first: first() })

    expect(train(of)).toEqual(train(fixed))
  })
})
