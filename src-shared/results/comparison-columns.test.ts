import { describe, expect, it } from 'vitest'
import type { BaselineDifference, GroupMember } from './comparison.ts'
import {
  bestGroups,
  bestEpochsText,
  evaluatedText,
  isSignificant,
  plainBestText,
} from './comparison-columns.ts'

const member = (best: number | null, bestEpoch: number | null, evaluatedEpochs = 9): GroupMember => ({
  runId: 'r',
  name: 'r',
  seed: 1,
  status: 'done',
  best,
  bestEpoch,
  bestPhase: bestEpoch === null ? null : bestEpoch % 2 === 0 ? 'regularized' : 'fine-tuning',
  evaluatedEpochs,
  undefinedScore: null,
})
const difference = (pValue: number | null, correctedPValue: number | null): BaselineDifference => ({
  difference: 0.1,
  pValue,
  pValueNote: '',
  correctedPValue,
  paired: null,
})

describe('the cells of a group', () => {
  it('are coloured by the corrected p-value alone', () => {
    expect(isSignificant(difference(0.01, 0.049))).toBe(true)
    expect(isSignificant(difference(0.01, 0.05))).toBe(false)
    expect(isSignificant(difference(null, null))).toBe(false)
    expect(isSignificant(null)).toBe(false)
  })

  it('say from which epochs the best scores are, how many of these were plain, and out of how many', () => {
    const members = [member(0.5, 4), member(0.6, 3, 7), member(null, null, 1)]

    expect(bestEpochsText(members)).toBe('3–4')
    expect(evaluatedText(members)).toBe('7–9')
    expect(plainBestText({ members, method: 'ad-drop' })).toBe('1 of 2 plain')
    expect(plainBestText({ members, method: 'fine-tuning' })).toBeNull()
    expect(plainBestText({ members: [member(0.5, 4)], method: 'ad-drop' })).toBeNull()
    expect(bestEpochsText([])).toBeNull()
  })
})

describe('the best group', () => {
  const group = (groupId: string, mean: number | null, settings = {}) => ({
    groupId,
    task: 'rte',
    metric: 'accuracy' as const,
    best: mean === null ? null : { mean, std: null, n: 1, values: [mean] },
    differingSettings: settings,
  })

  it('is sought among groups scored on the same examples; what prints alike shares the place', () => {
    const groups = [group('a', 0.7002), group('b', 0.6999), group('c', 0.6), group('d', null)]
    expect([...bestGroups(groups)]).toEqual(['a', 'b'])
  })

  it.each(['dataset', 'limits.validationExamples'])('is none among groups that differ in %s', (key) => {
    expect([...bestGroups([group('a', 0.7, { [key]: 'x' }), group('b', 0.6, { [key]: 'y' })])]).toEqual([])
  })
})
