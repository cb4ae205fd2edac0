import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { adDrop, type AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import { modelLogits } from '../../models/model-logits.ts'
import { inScope } from '../../tensors/in-scope.ts'
import { usePlainBackend } from '../../testing/plain-backend.ts'
import { tinyConfig } from '../../testing/tiny-model.ts'
import { logitsOf } from '../../training/loss-gradients.ts'
import { finiteDifference } from '../../testing/finite-difference.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { expectSlopes, MethodStep, withoutDropout } from '../testing/method-step.ts'
import { attributionDropout, secondPass } from './attribution-dropout.ts'
import { attributionRequest, attributionsOf } from './attributions.ts'
import { candidateRegion } from './candidate-region.ts'
import type { Attribution } from '../../attribution/attribution.ts'
import type { PassRandom } from '../../random/uniform-source.ts'
import type { StepContext } from '../regularizer.ts'
import type { ModelConfig } from '../../models/model-config.ts'

beforeAll(usePlainBackend)

type Change = Partial<AdDropConfig>
type Values = number[][][][]

const realTokens = [7, 3, 5, 7]
/** k = 0 in every row of the batch, and all of it goes. */
const dropsAll: Change = { candidateRegionRatio: 0.9, discardRate: 1 }
/** Much vanilla dropout in the attention, so that it cannot go unnoticed. */
const heavyDropout = { ...tinyConfig, attentionProbsDropoutProb: 0.5 }

const settingsOf = (change: Change): AdDropConfig => adDrop.schema.parse({ kind: 'ad-drop', ...change })

function stepOf(
  change: Change,
  options: { kind?: 'classification' | 'regression'; config?: ModelConfig } = {},
): MethodStep {
  return new MethodStep(attributionDropout(settingsOf(change)), options)
}

/** Keep masks of a step in the order of layers. */
function masksOf(step: MethodStep, context: StepContext = step.context(), change: Change = {}): Values[] {
  return inScope(() => {
    const { pass } = attributionDropout(settingsOf(change)).prepare(context)
    const byLayer = [...pass!.keepMasks!].sort(([a], [b]) => a - b)
    return byLayer.map(([, mask]) => mask.arraySync())
  })
}

const maskOf = (change: Change, options?: Parameters<typeof stepOf>[1]): Values[] => {
  const step = stepOf(change, options)
  return masksOf(step, step.context(), change)
}

/** Attributions of a step by layer. */
function attributed(change: Change, options?: Parameters<typeof stepOf>[1]): Map<number, Values> {
  const step = stepOf(change, options)
  return inScope(() => {
    const settings = settingsOf(change)
    const found = attributionsOf(settings, attributionRequest(settings, step.context(), [0, 1]))
    return new Map([...found].map(([layer, attribution]) => [layer, attribution.arraySync()]))
  })
}

/** Rows of real queries without their padding columns, of the first layer, which computes every query. */
const realRows = ([first]: readonly Values[]): number[][] =>
  first!.flatMap((heads, b) =>
    heads.flatMap((rows) => rows.slice(0, realTokens[b]).map((row) => row.slice(0, realTokens[b]))),
  )

const sum = (row: readonly number[]): number => row.reduce((total, value) => total + value, 0)

/** A step’s context with another source of random numbers. */
const withRandom = (
  context: StepContext,
  change: (random: PassRandom, pass: string) => PassRandom,
): StepContext => ({
  ...context,
  random: (pass) => change(context.random(pass), pass),
})

describe.each(['gradient', 'attention', 'integrated-gradient', 'random'] as const)('AD-DROP by %s', (by) => {
  it('draws the same masks for the same seed, others for another', () => {
    const step = stepOf({})
    const shifted = withRandom(step.context(), (random) => ({
      uniform: (shape, site) => random.uniform(shape, `another ${site}`),
    }))
    const change: Change = { attribution: by, integrationPoints: 2 }

    const masks = masksOf(step, step.context(), change)

    expect(masksOf(step, step.context(), change)).toEqual(masks)
    expect(masksOf(step, shifted, change)).not.toEqual(masks)
  })

  it('masks the layers of any list, in any order, named twice or not', () => {
    const change: Change = { attribution: by, integrationPoints: 2 }
    const [first, second] = maskOf(change)

    expect(maskOf({ ...change, layers: [1] })).toEqual([second])
    expect(maskOf({ ...change, layers: [1, 0, 1] })).toEqual([first, second])
  })

  it('gives permuted heads permuted masks', () => {
    const change: Change = { attribution: by, integrationPoints: 2, layers: [0] }
    const step = stepOf(change, { config: withoutDropout })
    const order = [2, 0, 1]
    const rows = order.flatMap((head) => Array.from({ length: 5 }, (_, d) => 5 * head + d))
    const [plain] = masksOf(step, step.context(), change)

    const [permuted] = inScope(() => {
      const parameters = new Map(
        [...step.parameters].map(([name, values]) => {
          if (!name.includes('.layer.0.attention.')) return [name, values]
          if (name.includes('.self.')) return [name, tf.gather(values, rows, 0)]
          return [name, name.endsWith('dense.weight') ? tf.gather(values, rows, 1) : values]
        }),
      )
      const context = withRandom(step.context(parameters), (random) => ({
        uniform: (shape, site) => tf.gather(random.uniform(shape, site), order, 1),
      }))
      return masksOf(step, context, change)
    })

    expect(permuted).toEqual(plain!.map((heads) => order.map((head) => heads[head])))
  })
})

describe('the positions that AD-DROP drops', () => {
  it('are never protected ones, and among the candidates as many as q allows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('gradient', 'attention'),
        fc.constantFrom('high-attribution', 'low-attribution'),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 10 }),
        (attribution, discards, p, q) => {
          const change: Change = {
            attribution,
            discards,
            candidateRegionRatio: p / 10,
            discardRate: q / 10,
            allDroppedRows: 'literal',
          }
          const step = stepOf(change)
          const settings = settingsOf(change)
          const { candidates, dropped } = inScope(() => {
            const context = step.context()
            const found = attributionsOf(settings, attributionRequest(settings, context, [0]))
            const { isProtected } = candidateRegion(found.get(0)!, step.batch.inputs.isReal, p / 10, discards)
            const kept = realRows(masksOf(step, context, change)).flat()
            const free = realRows([isProtected.arraySync()]).flat()
            return {
              candidates: free.filter((isGuarded) => isGuarded === 0).length,
              dropped: kept
                .map((keep, i) => ({ keep, isGuarded: free[i]! }))
                .filter(({ keep }) => keep === 0),
            }
          })
          expect(dropped.every(({ isGuarded }) => isGuarded === 0)).toBe(true)
          const [mean, deviation] = [candidates * (q / 10), Math.sqrt(candidates * (q / 10) * (1 - q / 10))]
          // Five standard deviations; at q = 1 none, for then every candidate goes.
          expect(Math.abs(dropped.length - mean)).toBeLessThanOrEqual(5 * deviation + 1e-9)
        },
      ),
      { seed: 5, numRuns: 25 },
    )
  })

  it('are those of highest attribution, or of lowest where asked', () => {
    const b = attributed({ attribution: 'attention' }, { config: withoutDropout }).get(0)!
    const rows = realRows([b])
    for (const [discards, isWorse] of [
      ['high-attribution', (dropped: number, kept: number) => dropped >= kept],
      ['low-attribution', (dropped: number, kept: number) => dropped <= kept],
    ] as const) {
      const change: Change = { attribution: 'attention', discards, discardRate: 1 }
      const masks = realRows(maskOf(change, { config: withoutDropout }))
      masks.forEach((mask, i) => {
        const values = rows[i]!
        for (const [dropped, isKept] of mask.entries())
          for (const [kept, stays] of mask.entries())
            if (isKept === 0 && stays === 1) expect(isWorse(values[dropped]!, values[kept]!)).toBe(true)
      })
      expect(masks.some((mask) => mask.includes(0))).toBe(true)
    }
  })
})

describe('gold labels', () => {
  it('are attributed in place of the model’s prediction', () => {
    const change = { target: 'gold-label' } as const
    const step = stepOf(change)
    const labels = (step.batch.targets as { labels: tf.Tensor1D }).labels.dataSync()
    const predicted = inScope(() =>
      tf
        .argMax(step.context().logits(step.batch.inputs, { random: step.context().random('first') }), -1)
        .dataSync(),
    )
    const [gold, pseudo] = [attributed(change).get(0)!, attributed({}).get(0)!]

    expect(labels.some((label, i) => label !== predicted[i])).toBe(true)
    for (const [i, label] of labels.entries()) {
      if (label === predicted[i]) expect(gold[i]).toEqual(pseudo[i])
      else expect(gold[i]).not.toEqual(pseudo[i])
    }
  })
})

describe('vanilla dropout in the first pass', () => {
  it.each(['gradient', 'attention'] as const)('can be left out: %s', (attribution) => {
    const options = { config: heavyDropout }
    const without = attributed({ attribution, firstPassDropout: false }, options)

    expect(without).toEqual(attributed({ attribution }, { config: withoutDropout }))
    expect(attributed({ attribution }, options)).not.toEqual(without)
  })

  it('leaves exact zeros in the gradient before it, and none after it', () => {
    const zeros = (attributedWeights: AdDropConfig['attributedWeights']): number => {
      const found = attributed({ attributedWeights }, { config: heavyDropout }).get(0)!
      return realRows([found])
        .flat()
        .filter((value) => value === 0).length
    }
    const places = sum(realTokens.map((n) => 3 * n * n))

    expect(zeros('after-dropout')).toBe(0)
    expect(Math.abs(zeros('before-dropout') - places / 2)).toBeLessThan(5 * Math.sqrt(places / 4))
  })

  it('leaves zeros in the attention after it, and rows that sum to 1 before it', () => {
    const rows = (attributedWeights: AdDropConfig['attributedWeights']): number[][] =>
      realRows([
        attributed({ attribution: 'attention', attributedWeights }, { config: heavyDropout }).get(0)!,
      ])

    expect(
      rows('after-dropout')
        .flat()
        .filter((value) => value === 0).length,
    ).toBeGreaterThan(100)
    const sums = rows('before-dropout').map(sum)
    expectClose(
      sums,
      sums.map(() => 1),
      { relative: rounding(2 * 7, 'float64') },
    )
  })
})

describe('attention attribution on scores', () => {
  it('ranks by A, or by −A as released, which drops the least attended positions', () => {
    const options = { kind: 'regression', config: withoutDropout } as const
    const corrected = attributed({ attribution: 'attention' }, options).get(0)!
    const released = attributed({ attribution: 'attention', regressionAttention: 'as-released' }, options)

    expect(released.get(0)!.flat(3)).toEqual(corrected.flat(3).map((value) => -value))
  })

  it.each(['gradient', 'integrated-gradient'] as const)(
    'is all the switch is about: not %s',
    (attribution) => {
      const change: Change = { attribution, integrationPoints: 2 }
      const options = { kind: 'regression' } as const

      expect(attributed({ ...change, regressionAttention: 'as-released' }, options)).toEqual(
        attributed(change, options),
      )
    },
  )

  it('is not about classification either', () => {
    const change: Change = { attribution: 'attention' }

    expect(attributed({ ...change, regressionAttention: 'as-released' })).toEqual(attributed(change))
  })
})

describe('the negative loss of scores', () => {
  it('is what gradients attribute: B = −∂L/∂A, with the gold score in it', () => {
    const step = stepOf({}, { kind: 'regression', config: withoutDropout })
    const b = attributed({}, { kind: 'regression', config: withoutDropout }).get(0)!
    const scores = step.batch.targets.labels.dataSync()
    const lossWith = (move: number, at: readonly [number, number, number, number]): number =>
      inScope(() => {
        const afterDropout = (layer: number, weights: tf.Tensor4D): tf.Tensor4D => {
          if (layer !== 0) return weights
          const moved = weights.arraySync()
          const [b, h, t, s] = at
          moved[b]![h]![t]![s]! += move
          return tf.tensor4d(moved)
        }
        const logits = modelLogits(step.parameters, withoutDropout, step.batch.inputs, {
          probe: { afterDropout },
        }).dataSync()
        return sum(Array.from(logits, (logit, i) => (logit - scores[i]!) ** 2)) / logits.length
      })
    for (const at of [
      [0, 1, 0, 2],
      [1, 2, 0, 1],
      [3, 0, 0, 6],
    ] as const) {
      const found = b[at[0]]![at[1]]![at[2]]![at[3]]!
      expectSlopes([{ name: at.join(), found, expected: -finiteDifference((move) => lossWith(move, at)) }])
    }
  })
})

describe('vanilla dropout after integrated gradients', () => {
  const change: Change = { attribution: 'integrated-gradient', integrationPoints: 2 }
  const lossesOf = (of: Change, config?: ModelConfig): number[] =>
    stepOf(of, config === undefined ? {} : { config }).losses()

  it.each(['exact', 'as-released'] as const)(
    'is there in the second pass where it is kept, and not where it is lost: integrand %s',
    (integratedGradients) => {
      const [kept, lost] = (['kept', 'lost'] as const).map((dropoutAfterIntegratedGradients): Change => ({
        ...change,
        integratedGradients,
        dropoutAfterIntegratedGradients,
      }))

      expect(lossesOf(lost!)).toEqual(lossesOf(lost!, withoutDropout))
      expect(lossesOf(kept!)).not.toEqual(lossesOf(kept!, withoutDropout))
    },
  )

  it('is all that switch is about: the integrand changes attributions, losing dropout does not', () => {
    const plain = attributed(change)

    expect(attributed({ ...change, dropoutAfterIntegratedGradients: 'lost' })).toEqual(plain)
    expect(attributed({ ...change, integratedGradients: 'as-released' })).not.toEqual(plain)
  })

  it.each(['gradient', 'attention', 'random'] as const)('is not asked of %s', (attribution) => {
    expect(secondPass(settingsOf({ attribution, dropoutAfterIntegratedGradients: 'lost' }))).toEqual({})
  })
})

describe('random dropping', () => {
  it('takes regions of n − ⌊n(1 − p)⌋ positions in every row where the size is exact', () => {
    const rows = realRows(
      maskOf({
        attribution: 'random',
        randomRegion: 'exact-size',
        candidateRegionRatio: 0.4,
        discardRate: 1,
        allDroppedRows: 'literal',
      }),
    )

    const dropped = (row: readonly number[]): number => row.length - sum(row)
    // 7 tokens: 7 − ⌊4.2⌋; 3: 3 − ⌊1.8⌋; 5: 5 − 3.
    const sizes = new Map([
      [7, 3],
      [3, 2],
      [5, 2],
    ])
    for (const row of rows) expect(dropped(row)).toBe(sizes.get(row.length))
  })

  it('takes regions of any size where positions are independent', () => {
    const rows = realRows(maskOf({ attribution: 'random', candidateRegionRatio: 0.4, discardRate: 1 }))

    expect(new Set(rows.filter(({ length }) => length === 7).map(sum)).size).toBeGreaterThan(2)
  })

  it('needs no first pass', () => {
    for (const randomRegion of ['independent', 'exact-size'] as const) {
      const change: Change = { attribution: 'random', randomRegion }
      const step = stepOf(change)
      const logits = (): never => {
        throw new Error('A first pass was run.')
      }
      expect(() => masksOf(step, { ...step.context(), logits }, change)).not.toThrow()
    }
  })
})

describe('rows that would lose every position', () => {
  it('lose none, all but the best, or all', () => {
    const rows = (allDroppedRows: AdDropConfig['allDroppedRows']): number[][] =>
      realRows(maskOf({ ...dropsAll, attribution: 'attention', allDroppedRows }, { config: withoutDropout }))
    const b = realRows([attributed({ attribution: 'attention' }, { config: withoutDropout }).get(0)!])

    expect(rows('keep-row').every((row) => row.every((keep) => keep === 1))).toBe(true)
    expect(rows('literal').every((row) => row.every((keep) => keep === 0))).toBe(true)
    rows('keep-top-1').forEach((row, i) => {
      const best = b[i]!.indexOf(Math.max(...b[i]!))
      expect(row).toEqual(row.map((_, column) => Number(column === best)))
    })
  })

  it('spread over all columns, padding included: evenly, or as if nothing were masked', () => {
    const { batch, parameters, ...step } = stepOf({}, { config: withoutDropout })
    const attention = (change: Change | null): Values =>
      inScope(() => {
        let seen: Values = []
        const beforeDropout = (layer: number, weights: Attribution): Attribution => {
          if (layer === 0) seen = weights.arraySync()
          return weights
        }
        const { isReal } = batch.inputs
        const inputs = change === null ? { ...batch.inputs, isReal: tf.onesLike(isReal) } : batch.inputs
        const pass = change === null ? {} : stepOf(change, { config: withoutDropout }).prepare().pass
        logitsOf(parameters, step.config)(inputs, { ...pass, probe: { beforeDropout } })
        return seen
      })
    const literal: Change = { ...dropsAll, allDroppedRows: 'literal' }
    const even = attention(literal).flat(3)
    const released = attention({ ...literal, maskedScore: 'as-released' }).flat(3)
    const unmasked = attention(null).flat(3)

    expectClose(
      even,
      even.map(() => 1 / 7),
      { relative: rounding(2 * 7, 'float64') },
    )
    expect(Math.max(...unmasked) - Math.min(...unmasked)).toBeGreaterThan(0.5)
    // A number near 10,000 rounds the score that is added to it; the weights move in proportion.
    expectClose(released, unmasked, { relative: rounding(4 * 10_000, 'float64') })
  })
})

describe('the masked score', () => {
  it('makes no difference where a row keeps a position', () => {
    const change: Change = { discardRate: 0.9 }
    const losses = (maskedScore: AdDropConfig['maskedScore']): number[] =>
      stepOf({ ...change, maskedScore }).losses()

    expect(losses('as-released')).toEqual(losses('lowest-float32'))
  })
})

describe('gradients of the loss', () => {
  it.each<[string, Change]>([
    ['the paper’s', {}],
    [
      'the released code’s',
      {
        attribution: 'integrated-gradient',
        integrationPoints: 2,
        integratedGradients: 'as-released',
        dropoutAfterIntegratedGradients: 'lost',
        allDroppedRows: 'literal',
        maskedScore: 'as-released',
      },
    ],
    ['random regions', { attribution: 'random', randomRegion: 'exact-size' }],
  ])('agree with finite differences: %s', (_, change) => {
    expectSlopes(stepOf(change).slopes())
  })
})
