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
      'Whether every hidden unit has blocks of its own (paper), or all units of a token are dropped together (released code in PyTorch)',
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
    recommended:
      'Blocks of 7 by 7 and a drop rate of 0.05 to 0.25, on images (reported, not checked against the paper)',
    differs: [
      'Made for images; here a block is one of consecutive tokens, within the real tokens of an example.',
      'How much is left, by which the rest is scaled up, is counted for every example by itself.',
      'The drop rate is constant; the paper’s schedule, which raises it from 0, is left out.',
    ],
    cost: '1',
  },
  fields: {
    dropRate: {
      recommended: { text: '0.05 to 0.25, on images', by: 'reported, not checked against the paper' },
    },
    blockSize: {
      recommended: { text: '7 by 7, on images', by: 'reported, not checked against the paper' },
    },
    mask: {
      name: 'Dropped together',
      choices: { 'per-unit': 'Single units (paper)', shared: 'Whole tokens (released code)' },
    },
  },
  label: (settings) => [
    { key: null, text: 'DropBlock' },
    { key: null, text: `drop${shortNumber(settings.dropRate)}` },
    { key: null, text: `b${settings.blockSize}` },
    { key: 'mask', text: settings.mask },
    crossTuningPart(settings),
  ],
}
