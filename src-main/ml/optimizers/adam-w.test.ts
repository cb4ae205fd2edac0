import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { createAdamW } from './adam-w.ts'
import { authorsAdamW } from './optimizer.ts'

beforeAll(usePlainBackend)

/** The weights after each update, in float64, of the formula in the docstring; the first decays, the second is a bias. */
function expected(beta2: number, epsilon: number, gradients: readonly number[]): number[][] {
  const [beta1, rate, decay] = [0.9, 0.01, 0.1]
  return ['weight', 'bias'].map((name) => {
    let [w, m, v] = [0.5, 0, 0]
    return gradients.map((g, index) => {
      const t = index + 1
      m = beta1 * m + (1 - beta1) * g
      v = beta2 * v + (1 - beta2) * g * g
      w -= (((rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)) * m) / (Math.sqrt(v) + epsilon)
      if (name === 'weight') w -= rate * decay * w
      return w
    })
  })
}

describe('AdamW', () => {
  it.each([
    [0.999, 1e-6],
    [0.98, 1e-6],
    [0.999, 1e-8],
    [0.5, 0.1],
  ])('follows its formula with β₂ = %s and ε = %s', (beta2, epsilon) => {
    const gradients = [0.3, -0.2, 0.05, 1.5, 1e-4]
    const names = ['layer.weight', 'layer.bias']
    const optimizer = createAdamW({
      parameters: new Map(names.map((name) => [name, tf.tensor1d([0.5])])),
      exempt: new Set(['layer.bias']),
      settings: { ...authorsAdamW, weightDecay: 0.1, beta2, epsilon },
    })
    const formula = expected(beta2, epsilon, gradients)

    gradients.forEach((gradient, step) => {
      optimizer.apply(new Map(names.map((name) => [name, tf.tensor1d([gradient])])), 0.01)
      names.forEach((name, place) => {
        const [found] = optimizer.parameters().get(name)!.dataSync()
        // Five updates in float32 of numbers near 0.5.
        expect(Math.abs(found! - formula[place]![step]!)).toBeLessThan(1e-6)
      })
    })
    optimizer.dispose()
  })
})
