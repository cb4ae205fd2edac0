import { describe, expect, it } from 'vitest'
import { compareRuns } from '@main/comparison/compare-runs.ts'
import { aConfig, anEpoch, aRun } from '@main/comparison/testing-runs.ts'
import { costColumns } from './comparison-rows.ts'
import { runText } from './run-text.ts'

const run = aRun('r1', aConfig(1, { method: { kind: 'r-drop' } }), [], {
  epochs: [anEpoch(1, 0.5), anEpoch(2, 0.6, 'regularized')],
  stepMs: { fineTuning: 100, regularized: 250 },
})

describe('words for regularized steps', () => {
  it('do not name a method that the run does not use', () => {
    const text = runText(run, 'folder')

    expect(text).toContain('fine-tuning 100.0 ms, regularized 250.0 ms')
    expect(text).toMatch(/2 +regularized/)
    expect(text).not.toContain('AD-DROP')
  })

  it('show a dash and the reason where a score is undefined', () => {
    const reason = 'every prediction is “1”'
    const epoch = {
      ...anEpoch(1, 0.5),
      metrics: { accuracy: null, f1: 0.5 },
      undefined: { accuracy: reason },
    }
    const text = runText({ ...run, best: null, epochs: [epoch] }, 'folder')

    expect(text).toContain(`Best: —. No epoch has a score. Accuracy is undefined: ${reason}.`)
    expect(text).toMatch(/1 .*—\s+50\.0/)
    expect(text).toContain(`— Accuracy is undefined in epoch 1: ${reason}.`)
  })

  it('head the columns of every method alike', () => {
    expect(costColumns(compareRuns([run])).map(({ title }) => title)).toContain('Regularized step')
  })
})
