import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { disagreement, rDrop } from './r-drop.ts'
import { expectLosses, expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { RDropConfig } from '@shared/config/methods/r-drop.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<RDropConfig> = {}): RDropConfig => ({
  kind: 'r-drop',
  consistencyWeight: 0.7,
  reduction: 'mean',
  crossTuning: false,
  ...changes,
})

/** Rows of a tensor in float64. */
const rowsOf = (tensor: tf.Tensor): number[][] => (tensor.arraySync() as number[][]).map((row) => [...row])

function logSoftmax(row: readonly number[]): number[] {
  const most = Math.max(...row)
  const sum = Math.log(row.reduce((total, value) => total + Math.exp(value - most), 0)) + most
  return row.map((value) => value - sum)
}

describe('R-Drop', () => {
  it('adds half of α times the mean of both divergences to the mean of both losses', () => {
    const step = new MethodStep(rDrop(settings()))
    const { batch } = step
    const { logits, random } = step.context()
    const [first, second] = (['first', 'second'] as const).map((pass) =>
      rowsOf(logits(batch.inputs, { random: random(pass) })),
    )
    const labels = batch.targets.kind === 'classification' ? Array.from(batch.targets.labels.dataSync()) : []

    const expected = labels.map((label, row) => {
      const [p, q] = [logSoftmax(first![row]!), logSoftmax(second![row]!)]
      const divergence = (a: number[], b: number[]): number =>
        a.reduce((sum, value, c) => sum + Math.exp(value) * (value - b[c]!), 0)
      const entropy = -(p[label]! + q[label]!) / 2
      return entropy + (0.7 / 2) * 0.5 * (divergence(p, q) + divergence(q, p))
    })

    expectLosses(step.losses(), expected)
  })

  it('takes the squared distance of scores on a regression task', () => {
    const step = new MethodStep(rDrop(settings()), { kind: 'regression' })
    const { batch } = step
    const { logits, random } = step.context()
    const [first, second] = (['first', 'second'] as const).map((pass) =>
      logits(batch.inputs, { random: random(pass) }),
    )
    const halves = [first!, second!].map((pass) => Array.from(exampleLosses(pass, batch.targets).dataSync()))
    const [a, b] = [first!, second!].map((pass) => Array.from(pass.dataSync()))

    expectLosses(
      step.losses(),
      a!.map((score, row) => (halves[0]![row]! + halves[1]![row]!) / 2 + 0.35 * (score - b![row]!) ** 2),
    )
  })

  it('sums the divergence over the examples as the released code does, filler rows left out', () => {
    const mean = new MethodStep(rDrop(settings())).losses()
    const plain = new MethodStep(rDrop(settings({ consistencyWeight: 0 }))).losses()
    const summed = new MethodStep(rDrop(settings({ reduction: 'sum' }))).losses()

    expectLosses(
      summed.map((loss, row) => loss - plain[row]!),
      mean.map((loss, row) => 4 * (loss - plain[row]!)),
    )
  })

  it('averages the squared distance of scores whatever the reduction, as the released code does', () => {
    const losses = (reduction: RDropConfig['reduction']): number[] =>
      new MethodStep(rDrop(settings({ reduction })), { kind: 'regression' }).losses()

    expect(losses('sum')).toEqual(losses('mean'))
  })

  it.each(['classification', 'regression'] as const)(
    'has the gradients of finite differences, %s',
    (kind) => {
      expectSlopes(new MethodStep(rDrop(settings()), { kind }).slopes())
    },
  )

  it('without dropout is plain fine-tuning bit for bit, whatever α: both passes agree', () => {
    expect(trained({ kind: 'r-drop', consistencyWeight: 0 }, withoutDropout)).toEqual(
      trained({ kind: 'fine-tuning' }, withoutDropout),
    )
    expect(trained({ kind: 'r-drop', consistencyWeight: 5 }, withoutDropout).losses[0]).toBe(
      trained({ kind: 'fine-tuning' }, withoutDropout).losses[0],
    )
  })

  it('measures no disagreement between equal predictions, and the same either way round', () => {
    const [a, b] = [tf.tensor2d([[1, -2, 0.5]]), tf.tensor2d([[-1, 0.25, 2]])]

    expect(disagreement(a, a, 'class').dataSync()[0]).toBe(0)
    expectLosses(Array.from(disagreement(a, b, 'class').dataSync()), disagreement(b, a, 'class').dataSync())
  })
})
