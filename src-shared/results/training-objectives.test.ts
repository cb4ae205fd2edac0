import { describe, expect, it } from 'vitest'
import { differingObjectives } from './training-objectives.ts'

describe('training losses', () => {
  it('are of one objective where no method adds to it, and where all do the same', () => {
    expect(differingObjectives([{ method: 'fine-tuning' }, { method: 'ad-drop' }])).toBeNull()
    expect(differingObjectives([{ method: 'r-drop' }, { method: 'r-drop' }])).toBeNull()
    expect(differingObjectives([])).toBeNull()
  })

  it('name each method whose loss holds more', () => {
    const text = differingObjectives([
      { method: 'fine-tuning' },
      { method: 'r-drop' },
      { method: 'concrete-dropout' },
    ])
    expect(text!.summary).toBe('not one objective: R-Drop, Concrete Dropout add terms')
    expect(text!.details).toMatch(/^R-Drop adds .*; Concrete Dropout adds /)
    const two = differingObjectives([{ method: 'fine-tuning' }, { method: 'hidden-cut' }])
    expect(two!.summary).toBe('not one objective: HiddenCut adds terms')
  })
})
