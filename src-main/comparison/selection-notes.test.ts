import { describe, expect, it } from 'vitest'
import { compareRuns } from './compare-runs.ts'
import { aConfig, adDrop, anEpoch, aRun } from './testing-runs.ts'
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

  it('say so when best epochs are chosen among different numbers of evaluated epochs', () => {
    const longer = aRun('long', aConfig(1, { method: adDrop }), [0.5, 0.6])
    const stages = { kind: 'super-tickets', ticketEpochs: 2 } as const
    const equal = aRun('st', aConfig(1, { method: stages }), [0.4, 0.5, 0.6])
    const stopped = [1, 2].map((seed) =>
      aRun(`ad${seed}`, aConfig(seed, { method: adDrop }), seed === 1 ? [0.5] : [0.5, 0.6, 0.5]),
    )

    expect(notesOf([longer])).toMatch(/numbers of evaluated epochs \(FT: 1; AD-DROP p.3 q.3: 2;/)
    expect(notesOf(stopped)).toMatch(/numbers of evaluated epochs \(FT: 1; AD-DROP p.3 q.3: 1 to 3;/)
    expect(notesOf([equal])).not.toContain('evaluated epochs')
  })

  it('say how many best scores of a method are of epochs in which it did not act', () => {
    const plainBest = aRun('a', aConfig(1, { method: adDrop }), [0.9])
    const regularizedBest = aRun('b', aConfig(2, { method: adDrop }), [], {
      best: { metric: 'accuracy', value: 0.9, epoch: 2 },
      epochs: [anEpoch(1, 0.5), anEpoch(2, 0.9, 'regularized')],
    })

    expect(notesOf([plainBest, regularizedBest])).toContain(
      'of a plain epoch, in which the method does not act: AD-DROP p.3 q.3: 1 of 2',
    )
    expect(notesOf([regularizedBest])).not.toContain('plain epoch')
    expect(notesOf([])).not.toContain('plain epoch')
  })
})
