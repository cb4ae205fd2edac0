import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { createAdamW } from '@main/ml/optimizers/adam-w.ts'
import { authorsAdamW, type OptimizerFactory } from '@main/ml/optimizers/optimizer.ts'
import { javascriptUniform } from '@main/ml/random/uniform-source.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { loadTensorEngine } from './load-backend.ts'

const shapes: readonly [string, number[]][] = [
  ['a.weight', [7, 5]],
  ['a.bias', [7]],
  ['LayerNorm.weight', [5]],
]
const exempt = new Set(['a.bias', 'LayerNorm.weight'])
const tensorsOf = (key: number): Map<string, tf.Tensor> =>
  new Map(shapes.map(([name, shape], i) => [name, tf.sub(javascriptUniform(shape, [key, i]), 0.5)]))

/** Weights after five updates; interrupted and restored after `restoreAfter` of them. */
function weightsAfter(
  create: OptimizerFactory,
  form: 'hugging-face' | 'pytorch',
  restoreAfter?: number,
): number[] {
  const settings = { ...authorsAdamW, form, weightDecay: 0.1 }
  let optimizer = create({ parameters: tensorsOf(1), settings, exempt })
  for (let step = 0; step < 5; step++) {
    if (step === restoreAfter) {
      const copy = new Map([...optimizer.parameters()].map(([name, weight]) => [name, tf.clone(weight)]))
      const state = optimizer.state()
      const restored = create({ parameters: copy, settings, exempt, state })
      optimizer.dispose()
      optimizer = restored
    }
    optimizer.apply(tensorsOf(10 + step), 0.01)
  }
  const weights = [...optimizer.parameters().values()].flatMap((weight) => Array.from(weight.dataSync()))
  optimizer.dispose()
  return weights
}

describe.each(['hugging-face', 'pytorch'] as const)('AdamW on resource variables, form %s', (form) => {
  it('equals AdamW in plain operations to rounding', async () => {
    const engine = await loadTensorEngine('tensorflow')

    const fused = weightsAfter(engine.createOptimizer, form)

    // Five updates of some ten operations, of weights below 1.
    expectClose(fused, weightsAfter(createAdamW, form), { relative: rounding(5 * 10), scale: 1 })
  })

  it('goes on from its state bit for bit', async () => {
    const engine = await loadTensorEngine('tensorflow')

    expect(weightsAfter(engine.createOptimizer, form, 3)).toEqual(weightsAfter(engine.createOptimizer, form))
    expect(weightsAfter(createAdamW, form, 3)).toEqual(weightsAfter(createAdamW, form))
  })

  it('leaves the tensors it was started from alone', async () => {
    const engine = await loadTensorEngine('tensorflow')
    const parameters = tensorsOf(1)
    const before = Array.from(parameters.get('a.weight')!.dataSync())
    const optimizer = engine.createOptimizer({
      parameters,
      settings: { ...authorsAdamW, form, weightDecay: 0.1 },
      exempt,
    })

    optimizer.apply(tensorsOf(2), 0.1)

    expect(Array.from(parameters.get('a.weight')!.dataSync())).toEqual(before)
    optimizer.dispose()
  })
})
