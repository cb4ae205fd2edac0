import { describe, expect, it } from 'vitest'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { expectClose, largestOf, rounding } from '@main/testing/expect-close.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { exemptFromDecay } from '@main/ml/models/model-weights.ts'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import {
  gradientOperations,
  lossOperations,
  tinyBatch,
  tinyConfig,
  tinyParameters,
} from '@main/ml/testing/tiny-model.ts'
import { lossGradients } from '@main/ml/training/loss-gradients.ts'
import { ownWeights, startingState } from '@main/ml/training/method-state.ts'
import { trainStep } from '@main/ml/training/train-step.ts'
import { loadTensorEngine } from '../load-backend.ts'

const outputs = { classification: 2, regression: 1 } as const
type Kind = keyof typeof outputs

/** Loss and gradients of a batch without dropout. */
async function gradientsOn(name: 'wasm' | 'cpu', kind: Kind): Promise<Map<string, number[]>> {
  await loadTensorEngine(name)
  return inScope(() => {
    const parameters = tinyParameters(outputs[kind], 3)
    const { loss, gradients } = lossGradients(parameters, { config: tinyConfig, batch: tinyBatch(kind, 2) })
    return new Map([...gradients, ['loss', loss] as const].map(([key, t]) => [key, Array.from(t.dataSync())]))
  })
}

/** Losses of three steps of a method, dropout on. */
async function lossesOn(name: 'wasm' | 'cpu', method: object, kind: Kind): Promise<number[]> {
  const engine = await loadTensorEngine(name)
  const settings = { ...authorsAdamW, weightDecay: 0.01 }
  const regularizer = regularizerFor(
    withAutomaticSettings(methodConfig.parse(method), { examples: 50, kind }),
  )
  const parameters = new Map([...tinyParameters(outputs[kind], 3), ...ownWeights(regularizer, tinyConfig)])
  const optimizer = engine.createOptimizer({
    parameters,
    settings,
    exempt: exemptFromDecay(tinyConfig, parameters.keys()),
  })
  const state = startingState(regularizer.state, tinyConfig, parameters, undefined)
  const { uniform } = engine
  const setting = { config: tinyConfig, optimizer, state, uniform, seed: 7, learningRate: 3e-3 }
  const losses = [1, 2, 3].map((step) => trainStep(setting, tinyBatch(kind, 2), regularizer, step))
  optimizer.dispose()
  return losses
}

describe.each(['classification', 'regression'] as const)('training on WebAssembly, %s', (kind) => {
  it('has the loss and the gradients of the plain backend', async () => {
    const expected = await gradientsOn('cpu', kind)
    const found = await gradientsOn('wasm', kind)

    expect([...found.keys()]).toEqual([...expected.keys()])
    const largest = largestOf([...expected.values()].flat())
    for (const [name, values] of expected) {
      // A gradient of nothing but rounding, as of the keys' biases, is measured by those that it is summed from.
      const scale = Math.max(largestOf(values), largest / 20)
      expectClose(found.get(name)!, values, { relative: rounding(gradientOperations), scale, what: name })
    }
  })

  it.each([
    { kind: 'fine-tuning' },
    ...['gradient', 'attention', 'random', 'integrated-gradient'].map((attribution) => ({
      kind: 'ad-drop',
      attribution,
    })),
    { kind: 'ad-drop', discards: 'low-attribution', target: 'gold-label' },
    { kind: 'drop-block' },
    { kind: 'auto-dropout', pattern: 'query 1/1, value 3/2 t, feed-forward-output 2/3 tc' },
    { kind: 'drop-connect' },
    { kind: 'concrete-dropout' },
  ])('has the losses of the plain backend with %j', async (method) => {
    const expected = await lossesOn('cpu', method, kind)
    const found = await lossesOn('wasm', method, kind)

    const scale = (loss: number): number => Math.max(1, Math.abs(loss))
    const relative = rounding(lossOperations)
    expectClose(found.slice(0, 1), expected.slice(0, 1), {
      relative,
      scale: scale(expected[0]!),
      what: 'first loss',
    })
    // Adam divides by the size of a gradient, so rounding in entries near 0 grows from step to step: measured up to
    // 3.2e-5 in two steps, where a score near its threshold falls on the other side.
    expectClose(found.slice(1), expected.slice(1), {
      relative: 2e-4,
      scale: expected.slice(1).map(scale),
      what: 'later losses',
    })
  })
})
