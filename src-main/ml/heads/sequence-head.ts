/** What heads have in common that read the first token: [dropout →] dense → activation → dropout → classifier. */
import * as tf from '@tensorflow/tfjs'
import { activation } from '../layers/activation.ts'
import { dropAt } from '../models/dropout-site.ts'
import { familyOf } from '../models/model-table.ts'
import { affine } from '../models/parameters.ts'
import type { DropoutSite } from '../models/forward-options.ts'
import type { TaskHead } from './task-head.ts'

/**
 * Layers of a head that reads the first token.
 *
 * @equation  logits = dropout(f(h₀·Wdᵀ + bd))·Wcᵀ + bc, h₀ = hidden state of the first token; f is tanh in BERT and
 *            RoBERTa, GELU in ELECTRA, ReLU in DistilBERT; RoBERTa and ELECTRA drop from h₀ too
 * @source    Devlin et al. 2018, arXiv:1810.04805, and the heads of the models as released
 */
export const sequenceHead: Pick<TaskHead, 'lastBlock' | 'maps' | 'logits' | 'read'> = {
  lastBlock: 'first-token',
  maps: ({ head }) => [
    { name: head.dense, outputs: 'hidden', part: head.densePart, place: 'head-dense' },
    { name: head.classifier, outputs: 'labels', part: 'head', place: 'classifier' },
  ],
  logits({ parameters, config }, hidden, inputs, options) {
    const [batch, tokens] = inputs.inputIds.shape
    const first =
      options.lastBlock === 'every-token'
        ? tf.slice(
            tf.reshape(hidden, [batch, tokens, config.hiddenSize]),
            [0, 0, 0],
            [batch, 1, config.hiddenSize],
          )
        : hidden
    const { head } = familyOf(config)
    const drop = (rows: tf.Tensor2D, kind: DropoutSite['kind']): tf.Tensor2D =>
      dropAt(rows, { kind, layer: null }, config, options)
    const read: tf.Tensor2D = tf.reshape(first, [batch, config.hiddenSize])
    const dense = affine(parameters, head.dense, head.dropsInput ? drop(read, 'head-input') : read)
    return affine(parameters, head.classifier, drop(activation(head.activation, dense), 'classifier'))
  },
  read: (predictions, examples) => examples.map((_, row) => predictions[row]!),
}
