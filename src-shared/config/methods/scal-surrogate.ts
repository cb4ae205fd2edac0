/** SCAL (surrogate). */
import { z } from 'zod'
import { crossTuning, crossTuningPart, shortNumber, type MethodDefinition } from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('scal-surrogate'),
  perturbationNorm: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('ε: length of the adversarial step in embedding space, over all real tokens of an example'),
  contrastWeight: z
    .number()
    .min(0)
    .max(100)
    .default(0.1)
    .describe('λ: weight of the contrastive loss against the two task losses'),
  temperature: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.1)
    .describe('τ: what cosine similarities are divided by in the contrastive loss'),
  crossTuning,
})

/** The SCAL surrogate’s settings with every default filled in. */
export type ScalSurrogateConfig = z.infer<typeof schema>

/** SCAL (surrogate): settings, card, name. */
export const scalSurrogate: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'SCAL (surrogate)',
    summary:
      'Every batch passes twice, the second time with embeddings moved to where the task loss rises fastest. The loss asks both passes to be right, and each example to stay closer to its moved copy than to those of the others.',
    equation: 'd = ε·g/‖g‖₂, g = ∂CE(x)/∂E; L = ½(CE(x) + CE(x + d) + λ·InfoNCE(h(x), h(x + d); τ))',
    source:
      'A surrogate for Miao et al. 2021, arXiv:2111.13301, of which the idea alone was at hand and no released code',
    differs: [
      'Not the authors’ method: step, similarity and weights are ours, after what the paper’s abstract says; results are results of the surrogate.',
      'Half of the sum CE(x) + CE(x + d) + λ·InfoNCE, so that the step size is that of fine-tuning.',
      'Negatives are all other examples of the batch, of the same class too.',
    ],
    cost: '2.67: two passes with their gradients, and a pass and its gradient in the embeddings before them',
  },
  addedLoss: 'the loss on adversarial examples and a weighted contrast',
  published: [],
  defaults: 'This program’s own: where a search may begin. None was published.',
  recipe: null,
  label: (settings) => [
    { key: null, text: 'SCAL (surrogate)' },
    { key: null, text: `ε${shortNumber(settings.perturbationNorm)}` },
    { key: null, text: `λ${shortNumber(settings.contrastWeight)}` },
    { key: 'temperature', text: `τ${shortNumber(settings.temperature)}` },
    crossTuningPart(settings),
  ],
}
