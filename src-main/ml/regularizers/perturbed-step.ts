/** A step with other weights than those it updates: what Mixout and DropConnect have in common. */
import { dropout } from '../layers/dropout.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { namesOf } from '../models/model-weights.ts'
import { modelLogits } from '../models/model-logits.ts'
import type * as tf from '@tensorflow/tfjs'
import type { DropoutRule } from '../models/forward-options.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { PassRandom } from '../random/uniform-source.ts'
import type { StepChanges, StepContext } from './regularizer.ts'

/**
 * Names of the weights that are perturbed: the matrices that were pre-trained, which are those outside the head.
 *
 * @param config the model
 */
export function perturbedWeights(config: ModelConfig): ReadonlySet<string> {
  return namesOf(config, ({ role, part }) => role === 'matrix' && part !== 'head')
}

/**
 * A step whose loss is computed with perturbed weights, and with vanilla dropout before the classifier only.
 *
 * @param step the step
 * @param perturb a matrix as the pass reads it, float32 of the same shape; differentiable in the matrix
 */
export function perturbedStep(
  step: StepContext,
  perturb: (matrix: tf.Tensor, name: string) => tf.Tensor,
): StepChanges {
  const { config, batch } = step
  const pass = step.random('second')
  const perturbedNames = perturbedWeights(config)
  return {
    losses({ parameters }) {
      const perturbed = new Map(
        [...parameters].map(([name, weight]) => [
          name,
          perturbedNames.has(name) ? perturb(weight, name) : weight,
        ]),
      )
      const options = { random: pass, dropout: beforeClassifierOnly(pass) }
      return exampleLosses(modelLogits(perturbed, config, batch.inputs, options), batch.targets)
    },
  }
}

function beforeClassifierOnly(random: PassRandom): DropoutRule {
  return (values, site) =>
    site.kind === 'classifier' ? dropout(values, site.probability, random, site.name) : values
}
