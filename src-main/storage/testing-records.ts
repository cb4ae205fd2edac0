/** Run records and data folders for tests. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConfig } from '@shared/config/run-config.ts'
import type { EpochSummary } from '@shared/results/run-summary.ts'
import type { RunRecord } from './run-record.ts'

/** A fresh, empty data folder. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'lab-home-'))
}

/**
 * A finished epoch.
 *
 * @param change what differs from the usual one
 */
export function anEpoch(change: Partial<EpochSummary> = {}): EpochSummary {
  return {
    epoch: 1,
    phase: 'fine-tuning',
    trainLoss: 0.7,
    validationLoss: 0.6,
    metrics: { accuracy: 0.5, f1: 0.4 },
    undefined: {},
    seconds: {
      total: 10,
      input: 0.5,
      firstPass: 0,
      attribution: 0,
      mask: 0,
      secondPass: 3,
      backward: 4,
      update: 1,
      evaluation: 1,
      other: 0.5,
    },
    startUp: { seconds: 0, steps: 0 },
    steps: 7,
    tokens: 500,
    paddedTokens: 40,
    ...change,
  }
}

/**
 * A run's record.
 *
 * @param change what differs from a queued run of plain fine-tuning
 */
export function aRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    schemaVersion: 1,
    runId: 'r-test0001',
    studyId: null,
    name: 'rte · FT · s42',
    status: 'queued',
    config: runConfig.parse({ schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'rte' }),
    best: null,
    epochs: [],
    stepMs: { fineTuning: null, regularized: null },
    overhead: { epoch: null, step: null },
    surveySeconds: 0,
    engine: null,
    execution: null,
    rows: null,
    peakMemoryBytes: null,
    secondsSource: 'measured',
    failure: null,
    notes: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: null,
    endedAt: null,
    dataset: { datasetId: 'd', contentSha256: 'ab' },
    checkpoint: { checkpointId: 'c', folder: 'models/c', files: [] },
    queuePosition: null,
    ...change,
  }
}
