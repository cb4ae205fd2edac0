import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropout } from '../layers/dropout.ts'
import { uniformSequence } from '../random/seed-mixing.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { divergence, hiddenCut, spanKeepMask } from './hidden-cut.ts'
import { expectLosses, expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { HiddenCutConfig } from '@shared/config/methods/hidden-cut.ts'
import type { ForwardOptions } from '../models/forward-options.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<HiddenCutConfig> = {}): HiddenCutConfig => ({
  kind: 'hidden-cut',
  cutRatio: 0.4,
  candidateShare: 0.6,
  cutLossWeight: 0.7,
  consistencyWeight: 1.3,
  divergence: 'jensen-shannon',
  crossTuning: false,
  ...changes,
})

/** Tokens of the tiny batch's examples. */
const lengths = [7, 3, 5, 7]

/** Which tokens of an example stay, by the definition: 1 = stays. */
function keptTokens(
  importance: readonly number[],
  length: number,
  draw: number,
  { cutRatio, candidateShare }: HiddenCutConfig,
): number[] {
  const byImportance = Array.from({ length }, (_, token) => token).sort(
    (a, b) => importance[b]! - importance[a]! || a - b,
  )
  const candidates = Math.max(1, Math.floor(candidateShare * length))
  const start = byImportance[Math.floor(draw * candidates)]!
  const end = Math.min(length, start + Math.max(1, Math.floor(cutRatio * length)))
  return importance.map((_, token) => (token >= start && token < end ? 0 : 1))
}

/** The pass with cut spans, the spans decided in JavaScript. */
function plainCutPass(step: MethodStep, of: HiddenCutConfig): ForwardOptions {
  const { random } = step.context()
  let importance: number[][] = []
  return {
    lastBlock: 'every-token',
    probe: {
      beforeDropout(_layer, weights) {
        const heads = weights.arraySync()
        importance = heads.map((ofExample, row) =>
          Array.from({ length: 7 }, (_, key) =>
            ofExample
              .flatMap((head) => head.slice(0, lengths[row]))
              .reduce((sum, from) => sum + from[key]!, 0),
          ),
        )
        return weights
      },
    },
    dropout(values, site) {
      if (site.kind !== 'feed-forward-output')
        return dropout(values, site.probability, random('first'), site.name)
      const draws = random('mask').uniform([4, 1], `hidden-cut.${site.name}`).dataSync()
      const kept = lengths.flatMap((length, row) => keptTokens(importance[row]!, length, draws[row]!, of))
      return tf.mul(values, tf.tensor2d(kept, [28, 1]))
    },
  }
}

function logSoftmax(row: readonly number[]): number[] {
  const most = Math.max(...row)
  const sum = Math.log(row.reduce((total, value) => total + Math.exp(value - most), 0)) + most
  return row.map((value) => value - sum)
}

/** The divergence of two rows of logits in float64. */
function plainDivergence(
  a: readonly number[],
  b: readonly number[],
  form: HiddenCutConfig['divergence'],
): number {
  const [p, q] = [logSoftmax(a), logSoftmax(b)].map((logs) => logs.map(Math.exp))
  const m = p!.map((value, c) => (value + q![c]!) / 2)
  const divergenceFrom = (x: number[], y: number[]): number =>
    x.reduce((sum, value, c) => sum + value * Math.log(value / y[c]!), 0)
  return form === 'as-released'
    ? (divergenceFrom(m, p!) + divergenceFrom(m, q!)) / 2
    : (divergenceFrom(p!, m) + divergenceFrom(q!, m)) / 2
}

describe('HiddenCut', () => {
  it.each(['jensen-shannon', 'as-released'] as const)(
    'adds γ times the loss of the cut pass and η times the divergence, %s',
    (form) => {
      const of = settings({ divergence: form })
      const step = new MethodStep(hiddenCut(of))
      const { logits, random } = step.context()
      const whole = logits(step.batch.inputs, { random: random('second') }).arraySync()
      const cut = logits(step.batch.inputs, plainCutPass(step, of)).arraySync()
      const { targets } = step.batch
      const labels = targets.kind === 'classification' ? Array.from(targets.labels.dataSync()) : []

      expectLosses(
        step.losses(),
        labels.map((label, row) => {
          const entropy = (of: number[]): number => -logSoftmax(of)[label]!
          const consistency = plainDivergence(whole[row]!, cut[row]!, form)
          return entropy(whole[row]!) + 0.7 * entropy(cut[row]!) + 1.3 * consistency
        }),
      )
    },
  )

  it('has no divergence on a regression task, only the loss of both passes', () => {
    const step = new MethodStep(hiddenCut(settings()), { kind: 'regression' })
    const { logits, random } = step.context()
    const { inputs, targets } = step.batch
    const [whole, cut] = [{ random: random('second') }, plainCutPass(step, settings())].map((options) =>
      logits(inputs, options).dataSync(),
    )
    const scores = targets.kind === 'regression' ? targets.labels.dataSync() : []

    expectLosses(
      step.losses(),
      Array.from(scores, (score, row) => (whole![row]! - score) ** 2 + 0.7 * (cut![row]! - score) ** 2),
    )
  })

  it.each(['classification', 'regression'] as const)(
    'has the gradients of finite differences, %s',
    (kind) => {
      expectSlopes(new MethodStep(hiddenCut(settings()), { kind }).slopes())
    },
  )

  it('is plain fine-tuning, vanilla dropout included, bit for bit, when both weights are 0', () => {
    expect(trained({ kind: 'hidden-cut', cutLossWeight: 0, consistencyWeight: 0 })).toEqual(
      trained({ kind: 'fine-tuning' }),
    )
  })

  it('cuts the same spans for the same seed, also where there is no vanilla dropout', () => {
    const losses = (changes: Partial<HiddenCutConfig>, config = withoutDropout): number[] =>
      new MethodStep(hiddenCut(settings(changes)), { config }).losses()

    // Without dropout only the cut parts the passes.
    expect(losses({ cutLossWeight: 0 })).not.toEqual(losses({ cutLossWeight: 0, consistencyWeight: 0 }))
    expect(losses({})).toEqual(losses({}))
  })
})

describe('the span of a cut', () => {
  const uniform = uniformSequence(4, 'hidden-cut test')
  const isReal = (): tf.Tensor2D =>
    tf.tensor2d(lengths.map((n) => Array.from({ length: 7 }, (_, t) => (t < n ? 1 : 0))))
  const kept = (importance: number[][], draws: number[], of: HiddenCutConfig): number[][] =>
    spanKeepMask(tf.tensor2d(importance), isReal(), tf.tensor2d(draws, [4, 1]), of).arraySync()

  it.each([
    [0.1, 0.4],
    [0.4, 0.6],
    [0.7, 1],
    [1, 0.2],
  ])('is the definition’s for any importance and draw: α %d, candidates %d', (cutRatio, candidateShare) => {
    const of = settings({ cutRatio, candidateShare })
    for (let round = 0; round < 50; round++) {
      // Tenths, so that some tokens are equally important.
      const importance = lengths.map(() => Array.from({ length: 7 }, () => Math.floor(uniform() * 10) / 10))
      const draws = lengths.map(() => Math.fround(uniform()))
      const expected = lengths.map((length, row) => keptTokens(importance[row]!, length, draws[row]!, of))

      expect(kept(importance, draws, of)).toEqual(expected)
    }
  })

  it('begins at every candidate equally often, never at another token, and never reaches padding', () => {
    const importance = [[3, 9, 1, 8, 2, 7, 0], ...lengths.slice(1).map(() => [1, 2, 3, 0, 0, 0, 0])]
    const of = settings({ cutRatio: 0.1, candidateShare: 0.5 })
    const starts = Array.from({ length: 30 }, (_, i) => {
      const rows = kept(
        importance,
        lengths.map(() => i / 30),
        of,
      )
      rows.forEach((row, example) => expect(row.slice(lengths[example])).not.toContain(0))
      return rows[0]!.indexOf(0)
    })

    for (const candidate of [1, 3, 5]) expect(starts.filter((start) => start === candidate)).toHaveLength(10)
  })

  it('at α = 1 is everything from its first token on', () => {
    const importance = lengths.map(() => [0, 0, 5, 0, 0, 0, 0])
    const masks = kept(importance, [0, 0, 0, 0], settings({ cutRatio: 1, candidateShare: 0.1 }))

    expect(masks).toEqual([
      [1, 1, 0, 0, 0, 0, 0],
      [1, 1, 0, 1, 1, 1, 1],
      [1, 1, 0, 0, 0, 1, 1],
      [1, 1, 0, 0, 0, 0, 0],
    ])
  })
})

describe('the divergence of two predictions', () => {
  const a = [1, -2, 0.5]
  const b = [-1, 0.25, 2]
  const between = (p: number[], q: number[], form: HiddenCutConfig['divergence']): number =>
    divergence(tf.tensor2d([p]), tf.tensor2d([q]), form).dataSync()[0]!

  it.each(['jensen-shannon', 'as-released'] as const)(
    'is that of float64, and the same either way round: %s',
    (form) => {
      const expected = plainDivergence(a, b, form)

      expectLosses([between(a, b, form), between(b, a, form)], [expected, expected])
      expectLosses([between(a, a, form)], [0])
    },
  )

  it('is larger as released, and finite where a probability rounds to 0', () => {
    const far = [300, 0, 0]
    const away = [0, 300, 0]

    expect(between(a, b, 'as-released')).toBeGreaterThan(between(a, b, 'jensen-shannon'))
    expectLosses(
      [between(far, away, 'jensen-shannon'), between(far, away, 'as-released')],
      [Math.LN2, 150 - Math.LN2],
    )
  })
})
