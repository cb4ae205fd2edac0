/** Complete run records for tests; every field can be overridden. */
import type { RunRecord } from '@main/storage/run-record.ts'
import { runConfig, type RunConfigInput } from '@shared/config/run-config.ts'

/**
 * A waiting run.
 *
 * @param config parts of its config
 * @param overrides other fields
 */
export function aRunRecord(
  config: Partial<RunConfigInput> = {},
  overrides: Partial<RunRecord> = {},
): RunRecord {
  const parsed = runConfig.parse({
    schemaVersion: 1,
    name: 'a run',
    checkpoint: 'tiny-00000000',
    dataset: 'rte-00000000',
    task: 'rte',
    training: { maxEpochs: 2, maxLength: 32 },
    ...config,
  })
  return {
    schemaVersion: 1,
    runId: 'r-000000000000',
    studyId: null,
    name: parsed.name ?? 'a run',
    status: 'queued',
    config: parsed,
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
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    dataset: { datasetId: 'rte-00000000', contentSha256: '0'.repeat(64) },
    checkpoint: { checkpointId: 'tiny-00000000', folder: '/nowhere', files: [] },
    queuePosition: 0,
    ...overrides,
  }
}
