/** SuperTickets. */
import { z } from 'zod'
import type { TaskId } from '../../tasks/task.ts'
import { ratioFromZero, shortNumber, type MethodDefinition } from './method-definition.ts'
import { usualOptimizer } from './training-recipe.ts'

const repository = 'cliang1453/super-structured-lottery-tickets'

/** Epochs of each of the two trainings in the scripts for RTE, MRPC and SST-2; the others here are no larger. */
const stageEpochs = 6

/** The released tickets that are not 0.1 of heads and sublayers. There is none for CoLA. */
const tickets: Readonly<Partial<Record<TaskId, object>>> = {
  sst2: { prunedHeads: 0.2, prunedFeedForward: 0.2 },
  mrpc: { prunedHeads: 0.3, prunedFeedForward: 0.3 },
}

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
    differs: [
      'Both fine-tunings are one run, whose epochs are those of both.',
      'Scores are sums over the training set. In the released code gradients seem not to be set to zero between batches, so that earlier ones weigh more.',
      'Every example’s loss counts alike in the scores, also in a smaller last batch.',
      'Feed-forward sublayers are compared by I as it is: dividing by one norm over all of them would not change their order.',
      'A share of all heads or sublayers is rounded down, as the released code does: 0.3 of 144 heads and 12 sublayers are 43 and 3. The released tickets from 0.5 upwards have one sublayer less.',
      'Where gradients are clipped, those of pruned parts count in their length.',
      'Optimizer and learning rate are the run’s: AdamW, where the released code has Adamax.',
      'No cross-tuning: what is pruned stays pruned, so no later epoch can be plain fine-tuning.',
    ],
    cost: '1 in each stage, and between them one pass over the training set',
  },
  fields: {
    ticketEpochs: { name: 'Epochs before pruning' },
    prunedHeads: { name: 'Pruned heads' },
    prunedFeedForward: { name: 'Pruned feed-forward sublayers' },
  },
  published: [
    {
      by: 'released code',
      source: `${repository}, construct_mtl_mask.py: 14 heads and 1 sublayer`,
      usedFor: 'BERT-base on RTE, STS-B, QQP and QNLI',
      settings: { prunedHeads: [0.1], prunedFeedForward: [0.1] },
    },
    {
      by: 'released code',
      source: `${repository}, construct_mtl_mask.py: 28 heads and 2 sublayers`,
      usedFor: 'BERT-base on SST-2',
      settings: { prunedHeads: [0.2], prunedFeedForward: [0.2] },
    },
    {
      by: 'released code',
      source: `${repository}, construct_mtl_mask.py: 43 heads and 3 sublayers`,
      usedFor: 'BERT-base on MRPC',
      settings: { prunedHeads: [0.3], prunedFeedForward: [0.3] },
    },
    {
      by: 'released code',
      source: `${repository}, scripts/rewind_*_winning.sh`,
      usedFor: 'RTE, MRPC and SST-2',
      settings: { ticketEpochs: [6] },
    },
    {
      by: 'released code',
      source: `${repository}, scripts/rewind_*_winning.sh`,
      usedFor: 'MNLI and QNLI',
      settings: { ticketEpochs: [3] },
    },
  ],
  defaults:
    'The released ticket of most tasks: 0.1 of both; 3 epochs, as on MNLI and QNLI, so that short runs have room for them.',
  recipe: {
    by: 'released code',
    source: `${repository}, scripts/rewind_*_winning.sh and the defaults of train_rewind.py`,
    usedFor: 'GLUE with BERT-base',
    training: () => ({
      learningRate: 5e-5,
      learningRateSchedule: 'linear',
      warmupRatio: 0.1,
      batchSize: 32,
      maxEpochs: 2 * stageEpochs,
      patience: 2 * stageEpochs,
      weightDecay: 0,
      maxGradientNorm: 1,
      optimizer: usualOptimizer,
    }),
    method: (task) => ({ ticketEpochs: stageEpochs, ...tickets[task] }),
    differs: [
      'AdamW takes the place of Adamax, whose second moment is the largest gradient so far: the same learning rate does not mean the same step.',
      'Its shares are those of the released tickets; the paper searches them for each task.',
    ],
  },
  label: (settings) => [
    { key: null, text: 'SuperTickets' },
    { key: null, text: `heads ${shortNumber(settings.prunedHeads)}` },
    { key: null, text: `FFN ${shortNumber(settings.prunedFeedForward)}` },
    { key: 'ticketEpochs', text: `after ${settings.ticketEpochs}` },
  ],
}
