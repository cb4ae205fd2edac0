/** SuperTickets. */
import { z } from 'zod'
import { ratioFromZero, shortNumber, type MethodDefinition } from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('super-tickets'),
  ticketEpochs: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe(
      'Epochs of the first fine-tuning, after which heads and feed-forward sublayers are scored and pruned; they count towards the run’s epochs, of which there must be more',
    ),
  prunedHeads: ratioFromZero('Share of all attention heads that is pruned; every layer keeps one').default(
    0.1,
  ),
  prunedFeedForward: ratioFromZero('Share of the feed-forward sublayers that is pruned').default(0.1),
})

/** SuperTickets’ settings with every default filled in. */
export type SuperTicketsConfig = z.infer<typeof schema>

/** SuperTickets: settings, card, name. */
export const superTickets: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'SuperTickets',
    summary:
      'The model is fine-tuned, and attention heads and feed-forward sublayers are scored by how much the loss depends on them. The lowest are pruned, all other weights go back to the pre-trained ones, and the smaller model is fine-tuned again.',
    equation:
      'I_h = Σ |⟨∂L/∂O_h, O_h⟩| over examples and tokens, O_h a head’s or a sublayer’s output; heads are compared by I_h/‖I‖₂, ‖I‖₂ over the heads of their layer',
    source: 'Liang et al. 2021, ACL, arXiv:2105.12002',
    recommended:
      'Shares of 0.1 to 0.8, searched for each task; the released tickets of BERT-base have 0.1 to 0.3, and none on MNLI and CoLA; 3 epochs a stage, 6 on small tasks',
    differs: [
      'Both fine-tunings are one run, whose epochs are those of both.',
      'Scores are sums over the training set. In the released code gradients seem not to be set to zero between batches, so that earlier ones weigh more.',
      'Every example’s loss counts alike in the scores, also in a smaller last batch.',
      'Feed-forward sublayers are compared by I as it is: dividing by one norm over all of them would not change their order.',
      'A share of all heads or sublayers is rounded to a whole number.',
      'Where gradients are clipped, those of pruned parts count in their length.',
      'Optimizer and learning rate are the run’s: AdamW, where the released code has Adamax.',
      'No cross-tuning: what is pruned stays pruned, so no later epoch can be plain fine-tuning.',
    ],
    cost: '1 in each stage, and between them one pass over the training set',
  },
  fields: {
    ticketEpochs: {
      name: 'Epochs before pruning',
      recommended: { text: '3; 6 on small tasks', values: [3, 6], by: 'authors’ script' },
    },
    prunedHeads: { name: 'Pruned heads', recommended: { text: '0.1 to 0.8, searched for each task' } },
    prunedFeedForward: {
      name: 'Pruned feed-forward sublayers',
      recommended: { text: '0.1 to 0.8, searched for each task' },
    },
  },
  label: (settings) => [
    { key: null, text: 'SuperTickets' },
    { key: null, text: `heads ${shortNumber(settings.prunedHeads)}` },
    { key: null, text: `FFN ${shortNumber(settings.prunedFeedForward)}` },
    { key: 'ticketEpochs', text: `after ${settings.ticketEpochs}` },
  ],
}
