import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { methodConfig, methodDefinitions } from '@shared/config/method-config.ts'
import { isSurveyed } from '@shared/config/training-stages.ts'
import { addedLossOf } from '@shared/results/training-objectives.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { inScope } from '../tensors/in-scope.ts'
import { MethodStep } from './testing/method-step.ts'
import { regularizerFor } from './method-table.ts'

describe('a method’s regularizer', () => {
  it.each([
    ...Object.keys(methodDefinitions).map((kind) => ({ kind })),
    { kind: 'auto-dropout', search: 'random' },
  ])('makes surveys exactly where their time is asked for: %j', (settings) => {
    const method = withAutomaticSettings(methodConfig.parse(settings), {
      examples: 50,
      kind: 'classification',
    })

    expect(regularizerFor(method).survey !== undefined).toBe(isSurveyed(method))
  })

  it.each(Object.keys(methodDefinitions))(
    'says what it adds to the task’s loss exactly if it adds something: %s',
    (kind) => {
      const method = withAutomaticSettings(methodConfig.parse({ kind }), {
        examples: 50,
        kind: 'classification',
      })

      expect(addsToLoss(new MethodStep(regularizerFor(method)))).toBe(addedLossOf(method.kind) !== null)
    },
  )
})

/** Whether a method's losses differ from the task's loss of the first pass; one that passes other weights itself adds nothing. */
function addsToLoss(step: MethodStep): boolean {
  return inScope(() => {
    const { losses } = step.prepare()
    if (losses === undefined) return false
    const { parameters, logits, batch } = step.context()
    const passes: tf.Tensor2D[] = []
    const found = losses({
      parameters,
      logits: (...of) => {
        const pass = logits(...of)
        passes.push(pass)
        return pass
      },
    })
    const [first] = passes
    if (first === undefined) return false
    return tf.max(tf.abs(tf.sub(found, exampleLosses(first, batch.targets)))).dataSync()[0]! > 1e-6
  })
}
