/** Runs so small that one takes a moment, on the engine that starts fastest, and what must be true of them in the end. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { carryOutRun } from '@main/engine/carry-out-run.ts'
import { contradictions, runOutcome } from '@main/engine/testing/run-outcome.ts'
import { tinyRun, type HomeWithRun } from '@main/engine/testing/tiny-run.ts'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { RunConfigInput } from '@shared/config/run-config.ts'
import type { RunStatus } from '@shared/results/run-status.ts'

/** Kinds of run that go different ways: one pass, two passes, stages with surveys and a rewind, a survey. */
export const kinds = {
  'fine-tuning': { kind: 'fine-tuning' },
  'ad-drop': { kind: 'ad-drop', crossTuning: true },
  'super-tickets': { kind: 'super-tickets', ticketEpochs: 1, prunedHeads: 0.4, prunedFeedForward: 0.5 },
  'child-tuning-d': { kind: 'child-tuning-d' },
} as const satisfies Record<string, RunConfigInput['method']>

/** Name of a kind of run. */
export type Kind = keyof typeof kinds

/** A data folder of its own. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'lab-reliability-'))
}

/**
 * A waiting run of four steps in two epochs.
 *
 * @param kind its method
 * @param home where; a new data folder when left out
 */
export function aShortRun(kind: Kind, home: string = newHome()): Promise<HomeWithRun> {
  return tinyRun(home, {
    method: kinds[kind],
    training: { learningRate: 1e-2, batchSize: 4, maxEpochs: 2, maxLength: 12, seed: 5 },
    limits: { trainExamples: 8, validationExamples: 6 },
  })
}

/**
 * Carries a run out in this process, on plain JavaScript.
 *
 * @param run which
 */
export function carryOutHere(run: HomeWithRun): Promise<RunStatus> {
  return carryOutRun(run.home, run.folder.runId, { loadEngine: () => loadTensorEngine('cpu') })
}

/**
 * What is wrong with a run that was interrupted, beside one that was not; empty when nothing is. A checkpoint too many, left
 * by a process that died while it tidied up behind the end, is not wrong.
 *
 * @param run has ended
 * @param whole the same run, not interrupted
 */
export function differences(run: HomeWithRun, whole: HomeWithRun): string[] {
  const [found, expected] = [runOutcome(run.folder), runOutcome(whole.folder)]
  const wrong = Object.keys(expected).filter(
    (key) => key !== 'checkpoints' && JSON.stringify(found[key]) !== JSON.stringify(expected[key]),
  )
  const kept = new Set(found.checkpoints.map((checkpoint) => JSON.stringify(checkpoint)))
  if (expected.checkpoints.some((checkpoint) => !kept.has(JSON.stringify(checkpoint))))
    wrong.push('best weights')
  return [...wrong.map((key) => `${key} differ from the uninterrupted run's`), ...contradictions(run.folder)]
}
