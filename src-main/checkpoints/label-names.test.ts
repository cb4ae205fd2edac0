import { expect, it } from 'vitest'
import { readLabelNames } from './label-names.ts'

const known: [string, unknown, unknown, string[]][] = [
  ['id2label as libraries write it', { 0: 'neg', 1: 'pos' }, { neg: 0, pos: 1 }, ['neg', 'pos']],
  ['numbers as names', { 0: 0, 1: 1 }, { 0: 0, 1: 1 }, ['0', '1']],
  ['truth values as names', { 0: false, 1: true }, undefined, ['false', 'true']],
  ['a list', ['neg', 'pos'], undefined, ['neg', 'pos']],
  ['ids as texts in label2id', { 0: 'neg', 1: 'pos' }, { neg: '0', pos: '1' }, ['neg', 'pos']],
  ['label2id alone', null, { pos: 1, neg: 0 }, ['neg', 'pos']],
  ['label2id left as a library made it', { 0: 'neg', 1: 'pos' }, { LABEL_0: 0, LABEL_1: 1 }, ['neg', 'pos']],
  ['id2label left as a library made it', { 0: 'LABEL_0', 1: 'LABEL_1' }, { pos: 0, neg: 1 }, ['pos', 'neg']],
  [
    'ten labels and more',
    Object.fromEntries(Array.from({ length: 12 }, (_, id) => [id, `l${id}`])),
    null,
    Array.from({ length: 12 }, (_, id) => `l${id}`),
  ],
]
it.each(known)('reads %s', (_what, id2label, label2id, labels) => {
  expect(readLabelNames(id2label, label2id)).toEqual({ labels, problem: null })
})

const unknown: [string, unknown, unknown, RegExp][] = [
  ['nothing', undefined, undefined, /does not name/],
  ['tables that disagree', { 0: 'neg', 1: 'pos' }, { neg: 1, pos: 0 }, /disagree/],
  ['tables of which one has more', { 0: 'neg', 1: 'pos' }, { neg: 0 }, /disagree/],
  ['ids that begin at 1', { 1: 'neg', 2: 'pos' }, undefined, /does not number its labels 0 to 1/],
  ['ids that are no numbers', { x: 'neg', y: 'pos' }, undefined, /does not number/],
  ['names that are lists', { 0: ['neg'] }, undefined, /no table of names/],
  ['an empty table', {}, undefined, /does not number/],
  ['a text', 'neg, pos', undefined, /no table/],
]
it.each(unknown)('says what is wrong with %s', (_what, id2label, label2id, problem) => {
  const read = readLabelNames(id2label, label2id)
  expect(read.labels).toBeNull()
  expect(read.problem).toMatch(problem)
})
