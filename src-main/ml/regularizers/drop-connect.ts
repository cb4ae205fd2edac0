/** DropConnect: a random share of the weights is 0 for a step. */
import { dropout } from '../layers/dropout.ts'
import { perturbedStep } from './perturbed-step.ts'
import type { DropConnectConfig } from '@shared/config/methods/drop-connect.ts'
import type { Regularizer } from './regularizer.ts'

/**
 * DropConnect with the given settings: Mixout with 0 in place of the pre-trained values.
 *
 * @equation  W̃ = M⊙W / (1 − p), M ~ Bernoulli(1 − p)
 * @source    Wan et al. 2013, ICML, "Regularization of Neural Networks using DropConnect"
 * @differs   One mask for the batch, where the paper draws one per example, which would turn every product into as many as
 *            there are examples. Kept weights are scaled up and evaluation uses W, where the paper samples the activations
 *            from a normal distribution. Dropped are entries of the encoder’s and the pooler’s matrices; biases, LayerNorm,
 *            embeddings and the new classifier are not. It replaces vanilla dropout, which stays before the classifier only.
 * @param settings p
 */
export function dropConnect(settings: DropConnectConfig): Regularizer {
  const { dropProbability } = settings
  return {
    prepare(step) {
      const masks = step.random('mask')
      return perturbedStep(step, (matrix, name) =>
        dropout(matrix, dropProbability, masks, `drop-connect.${name}`),
      )
    },
  }
}
