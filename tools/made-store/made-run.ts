/** A finished run out of nothing: curves that rise and overfit as real ones do, times that add up. */
import { epochPhase } from '@shared/config/epoch-phase.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { EpochSeconds, EpochSummary } from '@shared/results/run-summary.ts'
import { overheadOf } from '@shared/results/training-time.ts'
import { tasks } from '@shared/tasks/task.ts'
import type { RunRecord } from '@main/storage/run-record.ts'

/** What a made-up run is like. */
export interface MadeRun {
  readonly runId: string
  readonly studyId: string
  readonly config: RunConfig
  readonly epochs: number
  readonly stepsPerEpoch: number
  /** Score that the run tends to, a fraction. */
  readonly level: number
  /** What a regularized step costs in plain ones. */
  readonly cost: number
}

/** Milliseconds of a plain step. */
const plainMs = 100

/**
 * The record of a run that has ended well.
 *
 * @param made what it is like
 * @param draw numbers in [0, 1)
 */
export function madeRecord(made: MadeRun, draw: () => number): RunRecord {
  const { runId, studyId, config } = made
  const [metric] = tasks[config.task].metrics
  const epochs = Array.from({ length: made.epochs }, (_, index) => madeEpoch(made, index + 1, draw))
  const scores = epochs.map((epoch) => epoch.metrics[metric] ?? 0)
  const top = Math.max(...scores)
  const stepMs = {
    fineTuning: epochs.some(({ phase }) => phase === 'fine-tuning') ? plainMs * (0.98 + 0.04 * draw()) : null,
    regularized: epochs.some(({ phase }) => phase === 'regularized')
      ? plainMs * made.cost * (0.98 + 0.04 * draw())
      : null,
  }
  return {
    schemaVersion: 1,
    runId,
    studyId,
    name: `${config.task} · ${config.method.kind} · s${config.training.seed}`,
    status: 'done',
    config,
    best: { metric, value: top, epoch: scores.indexOf(top) + 1 },
    epochs,
    stepMs,
    overhead: overheadOf(stepMs, { epochs }),
    surveySeconds: 0,
    engine: {
      backend: 'tensorflow-cpu',
      mode: 'traced',
      versions: { lab: 'made up' },
      device: 'none: made up',
      threads: 2,
    },
    execution: null,
    rows: null,
    peakMemoryBytes: 900 * 2 ** 20,
    secondsSource: 'calibrated',
    failure: null,
    notes: ['Made up by tools/made-store: nothing was trained.'],
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: '2026-01-02T03:04:06.000Z',
    endedAt: '2026-01-02T03:24:06.000Z',
    dataset: { datasetId: config.dataset, contentSha256: '0'.repeat(64) },
    checkpoint: { checkpointId: config.checkpoint, folder: 'made-up', files: [] },
    queuePosition: null,
  }
}

function madeEpoch(made: MadeRun, epoch: number, draw: () => number): EpochSummary {
  const phase = epochPhase(made.config.method, epoch)
  const share = 1 - Math.exp(-epoch / 2)
  const score = Math.min(1, Math.max(0, made.level * share + 0.03 * (draw() - 0.5)))
  const steps = made.stepsPerEpoch
  const training =
    (steps * plainMs * (phase === 'regularized' ? made.cost : 1) * (0.97 + 0.06 * draw())) / 1000
  return {
    epoch,
    phase,
    trainLoss: 0.7 * Math.exp(-epoch / 4) * (0.9 + 0.2 * draw()) * (phase === 'regularized' ? 1.15 : 1),
    validationLoss: 0.72 - 0.2 * share + 0.02 * epoch + 0.03 * draw(),
    metrics: Object.fromEntries(
      tasks[made.config.task].metrics.map((id, place) => [id, score / (1 + place / 8)]),
    ),
    undefined: {},
    seconds: secondsOf(training, phase === 'regularized' ? made.cost : 1),
    startUp: epoch <= 2 ? { seconds: 3, steps: Math.min(4, steps - 1) } : { seconds: 0, steps: 0 },
    steps,
    tokens: steps * 900,
    paddedTokens: steps * 60,
  }
}

/** An epoch's seconds by part: what a regularized step costs more goes to its first pass and its attribution. */
function secondsOf(training: number, cost: number): EpochSeconds {
  const plain = training / cost
  const extra = training - plain
  const parts = {
    input: plain * 0.02,
    firstPass: extra * 0.45,
    attribution: extra * 0.5,
    mask: extra * 0.05,
    secondPass: plain * 0.3,
    backward: plain * 0.55,
    update: plain * 0.13,
    evaluation: plain * 0.12,
    other: 1.5,
  }
  return { total: Object.values(parts).reduce((sum, value) => sum + value, 0), ...parts }
}
