/** DropBlock. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  ratioFromZero,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('drop-block'),
  dropRate: ratioFromZero(
    'About the share of the hidden states that blocks take away: drop in the equation',
  ).default(0.1),
  blockSize: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(3)
    .describe('b: consecutive tokens in a block; 3 to 5 suit examples of 50 to 128 tokens'),
  mask: z
    .enum(['per-unit', 'shared'])
    .default('per-unit')
    .describe(
      'Whether every hidden unit has blocks of its own (paper), or all units of a token are dropped together (a PyTorch version by others)',
    ),
  crossTuning,
})

/** DropBlock’s settings with every default filled in. */
export type DropBlockConfig = z.infer<typeof schema>

/** DropBlock: settings, card, name. */
export const dropBlock: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'DropBlock',
    summary:
      'Hidden units are switched off for blocks of consecutive tokens, so that neighbours cannot fill in for each other. It is added to dropout, behind attention and feed-forward network of every layer.',
    equation:
      'y = x⊙M·|M|/ΣM, M = 0 in blocks of b tokens, which begin with probability γ = (drop/b)·n/(n − b + 1)',
    source: 'Ghiasi et al. 2018, NeurIPS, arXiv:1810.12890',
    differs: [
      'Made for images; here a block is one of consecutive tokens, within the real tokens of an example.',
      'How much is left, by which the rest is scaled up, is counted for every example by itself.',
      'The drop rate is constant; the paper’s schedule, which raises it from 0, is left out.',
    ],
    cost: '1',
  },
  fields: {
    mask: {
      name: 'Dropped together',
      choices: { 'per-unit': 'Single units (paper)', shared: 'Whole tokens (code of others)' },
    },
  },
  published: [
    {
      by: 'reported',
      source: 'the paper’s experiments on images as others quote them: blocks of 7 by 7, 0.75 to 0.95 kept',
      usedFor: 'image classifiers',
      settings: { dropRate: [0.05, 0.1, 0.25], blockSize: [7], mask: ['per-unit'] },
    },
    {
      by: 'code of others',
      source: 'miguelvr/dropblock, one mask for all channels',
      usedFor: 'image classifiers',
      settings: { mask: ['shared'] },
    },
  ],
  defaults:
    'This program’s own: blocks of 3 tokens, as sentences are shorter than images are wide. Nothing was published for fine-tuning.',
  recipe: null,
  label: (settings) => [
    { key: null, text: 'DropBlock' },
    { key: null, text: `drop${shortNumber(settings.dropRate)}` },
    { key: null, text: `b${settings.blockSize}` },
    { key: 'mask', text: settings.mask },
    crossTuningPart(settings),
  ],
}
