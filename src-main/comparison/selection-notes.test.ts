import { describe, expect, it } from 'vitest'
import { compareRuns } from './compare-runs.ts'
import { aConfig, adDrop, aRun } from './testing-runs.ts'
import type { RunConfigInput } from '@shared/config/run-config.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'

const plain = [1, 2, 3].map((seed) => aRun(`ft${seed}`, aConfig(seed), [0.5]))

/** A run with a score of a group of its own. */
const aGroup = (id: string, change: Partial<RunConfigInput>): RunSummary =>
  aRun(id, aConfig(1, change), [0.6])

const notesOf = (others: readonly RunSummary[]): string => compareRuns([...plain, ...others]).notes.join('\n')

describe('the notes on selection', () => {
  it('call no score equally optimistic as the others', () => {
    expect(notesOf([])).toContain('the more so the more epochs')
    expect(notesOf([])).not.toContain('alike')
  })

  it('say how many settings of a method the best one is chosen from', () => {
    const grid = [0.1, 0.3, 0.5].flatMap((candidateRegionRatio) =>
      [0.3, 0.9].map((discardRate) =>
        aGroup(`${candidateRegionRatio}-${discardRate}`, {
          method: { ...adDrop, candidateRegionRatio, discardRate },
        }),
      ),
    )
    const alphas = [0.5, 2].map((consistencyWeight) =>
      aGroup(`r${consistencyWeight}`, { method: { kind: 'r-drop', consistencyWeight } }),
    )

    expect(notesOf(grid)).toMatch(/AD-DROP is shown in 6 groups.*the best of 6 .*is optimistic/)
    expect(notesOf([...grid, ...alphas])).toMatch(/R-Drop is shown in 2 groups/)
    expect(notesOf(grid.slice(0, 1))).not.toContain('is shown in')
  })

  it('count neither groups without a score, nor those on other examples, nor what differs beside the method', () => {
    const one = aGroup('one', { method: adDrop })
    const other = { ...adDrop, discardRate: 0.5 }
    const waiting = aRun('new', aConfig(1, { method: other }), [], { status: 'queued' })
    const elsewhere = aGroup('few', { method: other, limits: { validationExamples: 10 } })
    const faster = aGroup('lr', { method: adDrop, training: { learningRate: 1e-3 } })

    expect(notesOf([one, waiting, elsewhere, faster])).not.toContain('is shown in')
  })

  it('say so when groups have different numbers of epochs to choose from', () => {
    const longer = aGroup('long', { training: { maxEpochs: 12 } })
    const stages = { kind: 'super-tickets', ticketEpochs: 2 } as const
    const shorter = aGroup('st', { method: stages })
    const equal = aGroup('eq', { method: stages, training: { maxEpochs: 12 } })

    expect(notesOf([longer])).toMatch(/different numbers of epochs.*maxEpochs 10: 10.*maxEpochs 12: 12/)
    expect(notesOf([shorter])).toMatch(/different numbers of epochs.*FT: 10.*: 8/)
    expect(notesOf([equal])).not.toContain('different numbers of epochs')
  })
})
