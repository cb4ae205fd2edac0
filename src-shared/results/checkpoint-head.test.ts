import { describe, expect, it } from 'vitest'
import {
  decideHead,
  describeHead,
  type CheckpointHead,
  type SequenceHead,
  type WantedHead,
} from './checkpoint-head.ts'

const head = (labels: readonly string[] | null, changes: Partial<SequenceHead> = {}): SequenceHead => ({
  kind: 'classification',
  outputs: labels?.length ?? 2,
  labels,
  labelsProblem: labels === null ? 'Nobody named them.' : null,
  trainedFor: null,
  isOwn: false,
  ...changes,
})
const wanted = (labels: readonly string[], task: WantedHead['task'] = 'classification'): WantedHead => ({
  task,
  kind: task === 'stsb' || task === 'regression' ? 'regression' : 'classification',
  labels,
})
const sentiment = wanted(['neg', 'pos'])
const score = (labels: string[], changes: Partial<SequenceHead> = {}): SequenceHead =>
  head(labels, { kind: 'regression', ...changes })

describe('a checkpoint’s classifier is reused', () => {
  const reused: [string, SequenceHead, WantedHead, number[]][] = [
    ['with the same labels', head(['neg', 'pos']), sentiment, [0, 1]],
    ['with the same labels in another order', head(['pos', 'neg']), sentiment, [1, 0]],
    ['with three labels in any order', head(['c', 'a', 'b']), wanted(['a', 'b', 'c']), [1, 2, 0]],
    [
      'with capitals, spaces and hyphens otherwise',
      head(['Not-Entailment', ' ENTAILMENT']),
      wanted(['entailment', 'not_entailment'], 'rte'),
      [1, 0],
    ],
    ['with names that differ only by case, in the data too', head(['A', 'a']), wanted(['a', 'A']), [1, 0]],
    [
      'with meaningful names, for another task of the same labels',
      head(['entailment', 'not_entailment'], { isOwn: true, trainedFor: 'rte' }),
      wanted(['entailment', 'not_entailment']),
      [0, 1],
    ],
    ['with numbers that the data have as well', head(['0', '1']), wanted(['0', '1'], 'cola'), [0, 1]],
    [
      'with names that only count, where this program trained it for the task',
      head(['LABEL_0', 'LABEL_1'], { isOwn: true, trainedFor: 'classification' }),
      wanted(['LABEL_0', 'LABEL_1']),
      [0, 1],
    ],
    [
      'for a score, where this program trained it for the task',
      score(['score'], { isOwn: true, trainedFor: 'stsb' }),
      wanted(['score'], 'stsb'),
      [0],
    ],
  ]
  it.each(reused)('%s', (_when, found, task, order) => {
    expect(decideHead(found, task)).toMatchObject({ kind: 'reuse', order })
  })
})

describe('a new classifier is initialised', () => {
  const initialised: [string, CheckpointHead, WantedHead, RegExp][] = [
    ['without one', { kind: 'none' }, sentiment, /has no classifier/],
    [
      'in place of another model’s',
      { kind: 'foreign', owner: 'BertForTokenClassification' },
      sentiment,
      /belongs to BertForTokenClassification/,
    ],
    ['in place of one of an unnamed class', { kind: 'foreign', owner: null }, sentiment, /names no class/],
    [
      'in place of one with other labels',
      head(['entailment', 'not_entailment']),
      sentiment,
      /entailment, not_entailment, the data neg, pos/,
    ],
    ['in place of one that shares one label', head(['neg', 'neutral']), sentiment, /neg, neutral/],
    [
      'in place of one with another number of outputs',
      head(['a', 'b', 'c']),
      sentiment,
      /3 outputs, the task needs 2/,
    ],
    ['in place of one whose labels are not known', head(null), sentiment, /Nobody named them/],
    [
      'in place of one whose names only count',
      head(['LABEL_0', 'LABEL_1']),
      wanted(['0', '1'], 'sst2'),
      /LABEL_0, LABEL_1, which does not say/,
    ],
    [
      'even if the data’s names only count too',
      head(['LABEL_0', 'LABEL_1']),
      wanted(['LABEL_0', 'LABEL_1']),
      /does not say what they mean/,
    ],
    [
      'in place of numbers of another task',
      head(['0', '1'], { isOwn: true, trainedFor: 'mrpc' }),
      wanted(['0', '1'], 'cola'),
      /trained for mrpc, the task is cola/,
    ],
    [
      'in place of numbers where the data have names',
      head(['0', '1']),
      sentiment,
      /labels 0, 1, the data neg, pos/,
    ],
    [
      'in place of one that allows several labels',
      head(['neg', 'pos'], { kind: 'multi-label' }),
      sentiment,
      /several labels at once/,
    ],
    ['in place of another score', score(['LABEL_0']), wanted(['score'], 'stsb'), /Nothing says which score/],
    [
      'in place of the score of another task',
      score(['score'], { isOwn: true, trainedFor: 'regression' }),
      wanted(['score'], 'stsb'),
      /trained for regression/,
    ],
    [
      'in place of two scores where one of two labels is wanted',
      score(['a', 'b'], { outputs: 2 }),
      wanted(['a', 'b']),
      /is for regression/,
    ],
  ]
  it.each(initialised)('%s', (_when, found, task, reason) => {
    const decision = decideHead(found, task)
    expect(decision.kind).toBe('initialise')
    expect(decision.reason).toMatch(reason)
    expect(decision.reason).toContain('A new classifier is initialised.')
  })
})

it('is not decided for a checkpoint that an earlier version described', () => {
  expect(decideHead({ kind: 'unknown' }, sentiment).kind).toBe('undecided')
})

it('says on the card when the classifier is reused', () => {
  expect(describeHead(head(['neg', 'pos']))).toMatch(
    /2 outputs \(neg, pos\)\. Reused by runs whose data have these labels, in any order/,
  )
  expect(describeHead(head(['LABEL_0', 'LABEL_1']))).toMatch(/every run begins with a new one/)
  expect(describeHead(score(['score'], { isOwn: true, trainedFor: 'stsb' }))).toMatch(
    /1 output .*runs of the task stsb/,
  )
  expect(describeHead({ kind: 'none' })).toMatch(/every run begins with a new one/)
})
