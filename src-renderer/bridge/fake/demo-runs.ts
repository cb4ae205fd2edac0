/** Demo runs and studies: every state, several methods and seeds. For tests and development. */
import { overheadOf } from '@shared/results/training-time.ts'
import type { RunListItem, StudyListItem } from '@shared/contracts/lab-contract.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { methodKinds } from '@shared/config/method-fields.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import { runName } from '@shared/config/run-name.ts'
import { runConfig, type RunConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { BestScore, EpochSummary, RunSummary } from '@shared/results/run-summary.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { tasks } from '@shared/tasks/task.ts'
import { demoEpoch, demoStepMs, demoStepsPerEpoch } from './demo-training.ts'

/** A run of the demo: what the store keeps of it. */
export interface DemoRun {
  readonly runId: string
  readonly studyId: string | null
  readonly studyName: string | null
  readonly name: string
  readonly config: RunConfig
  status: RunStatus
  step: number
  failure: Failure | null
  readonly createdAt: string
  startedAt: string | null
  endedAt: string | null
}

/** Epochs a run has finished. */
export function demoEpochs(run: DemoRun): EpochSummary[] {
  const finished = Math.min(run.config.training.maxEpochs, Math.floor(run.step / demoStepsPerEpoch))
  return Array.from({ length: finished }, (_, index) => demoEpoch(run.config, index + 1))
}

function bestOf(run: DemoRun, epochs: readonly EpochSummary[]): BestScore | null {
  const metric = tasks[run.config.task].metrics[0]
  let best: BestScore | null = null
  for (const { epoch, metrics: scores } of epochs) {
    const value = scores[metric]
    const sign = metrics[metric].direction === 'higher' ? 1 : -1
    if (value != null && (best === null || sign * (value - best.value) > 0)) best = { metric, value, epoch }
  }
  return best
}

/** A run as the list shows it. */
export function demoItem(run: DemoRun): RunListItem {
  const { config } = run
  const totalSteps = config.training.maxEpochs * demoStepsPerEpoch
  const epoch =
    run.step === 0 ? 0 : Math.min(config.training.maxEpochs, 1 + Math.floor(run.step / demoStepsPerEpoch))
  const left = ((totalSteps - run.step) * demoStepMs(config, 'fine-tuning')) / 1000
  const isUnderWay = run.status === 'running' && run.step > 20
  return {
    runId: run.runId,
    studyId: run.studyId,
    studyName: run.studyName,
    name: run.name,
    status: run.status,
    task: config.task,
    method: methodLabel(config.method, ['method.attribution']),
    seed: config.training.seed,
    best: bestOf(run, demoEpochs(run)),
    undefinedScore: null,
    epoch,
    maxEpochs: config.training.maxEpochs,
    step: run.step,
    totalSteps: run.status === 'queued' ? null : totalSteps,
    phase: epoch === 0 ? null : epochPhase(config.method, epoch),
    lastLoss: run.step === 0 ? null : demoEpoch(config, Math.max(1, epoch)).trainLoss,
    etaSeconds: isUnderWay ? [left * 0.95, left * 1.2] : null,
    failureMessage: run.failure?.message ?? null,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
  }
}

/** A run in full. */
export function demoSummary(run: DemoRun): RunSummary {
  const epochs = demoEpochs(run)
  const hasRegularized = epochs.some((epoch) => epoch.phase === 'regularized')
  const hasPlain = epochs.some((epoch) => epoch.phase === 'fine-tuning')
  const plainMs = hasPlain ? demoStepMs(run.config, 'fine-tuning') : null
  const regularizedMs = hasRegularized ? demoStepMs(run.config, 'regularized') : null
  const stepMs = { fineTuning: plainMs, regularized: regularizedMs }
  return {
    runId: run.runId,
    studyId: run.studyId,
    name: run.name,
    status: run.status,
    config: run.config,
    best: bestOf(run, epochs),
    epochs,
    stepMs,
    overhead: overheadOf(stepMs, { epochs }),
    surveySeconds: 0,
    engine:
      run.startedAt === null
        ? null
        : {
            backend: 'tensorflow-cpu',
            mode: 'eager',
            versions: { node: '20.20.2', tensorflow: '2.21.0', tfjs: '4.22.0', lab: '0.1.0' },
            device: 'Demo processor, 2 cores',
            threads: 2,
          },
    execution: run.startedAt === null ? null : { fusion: false, paddedLengths: [32, 64, 128] },
    rows: null,
    peakMemoryBytes: run.step === 0 ? null : 1_734_000_000,
    secondsSource: 'measured',
    failure: run.failure,
    notes:
      run.status === 'interrupted' ? ['Resumable from step 312; 17 steps after it will be repeated.'] : [],
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
  }
}

type State = readonly [status: RunStatus, epochs: number]

function study(
  number: number,
  name: string,
  base: Pick<RunConfigInput, 'task' | 'dataset' | 'checkpoint'>,
  variants: readonly { readonly method: RunConfigInput['method']; readonly states: readonly State[] }[],
  day: string,
): { readonly study: StudyListItem; readonly runs: DemoRun[] } {
  const studyId = `s-${number}`
  const runs = variants.flatMap(({ method, states }, variant) =>
    states.map(([status, epochs], index): DemoRun => {
      const training = { learningRate: 5e-5, maxEpochs: 5, maxLength: 128, seed: index + 1 }
      const config = runConfig.parse({ schemaVersion: 1, ...base, method, training })
      const started = `${day}T${String(8 + variant).padStart(2, '0')}:${String(10 + index * 4).padStart(2, '0')}:00.000Z`
      return {
        runId: `r-${number}${variant}${index}`,
        studyId,
        studyName: name,
        name: runName(config, ['method.attribution']),
        config,
        status,
        step: Math.round(epochs * demoStepsPerEpoch),
        failure:
          status === 'failed'
            ? {
                code: 'out-of-memory',
                message: 'The engine ran out of memory at step 203 with batches of 16 × 128 tokens.',
                hint: 'Use a batch size of 8 or a shorter longest input.',
              }
            : null,
        createdAt: `${day}T08:00:00.000Z`,
        startedAt: status === 'queued' ? null : started,
        endedAt: ['done', 'failed', 'stopped', 'cancelled'].includes(status) ? started : null,
      }
    }),
  )
  return {
    study: { studyId, name, runIds: runs.map((run) => run.runId), createdAt: `${day}T08:00:00.000Z` },
    runs,
  }
}

const rte = { task: 'rte', dataset: 'd-rte-4f1c', checkpoint: 'c-minilm-2b7e' } as const
const cola = { task: 'cola', dataset: 'd-cola-90ab', checkpoint: 'c-minilm-2b7e' } as const
const done: State = ['done', 5]

/** Studies and runs of the demo. */
export function demoStudies(): { readonly study: StudyListItem; readonly runs: DemoRun[] }[] {
  return [
    study(
      3,
      'CoLA, which attribution?',
      cola,
      [
        { method: { kind: 'fine-tuning' }, states: [done, ['running', 2.4], ['queued', 0]] },
        {
          method: { kind: 'ad-drop', attribution: 'gradient' },
          states: [
            ['queued', 0],
            ['queued', 0],
          ],
        },
      ],
      '2026-11-23',
    ),
    study(
      2,
      'RTE, AD-DROP against fine-tuning',
      rte,
      [
        { method: { kind: 'fine-tuning' }, states: [done, done, done, done, done] },
        {
          method: { kind: 'ad-drop', attribution: 'gradient' },
          states: [done, done, done, done, ['failed', 1.3]],
        },
        { method: { kind: 'ad-drop', attribution: 'random' }, states: [done, done, ['stopped', 3]] },
      ],
      '2026-11-22',
    ),
    study(
      1,
      'RTE, first try',
      rte,
      [
        {
          method: { kind: 'fine-tuning' },
          states: [
            ['interrupted', 2.1],
            ['paused', 1.5],
            ['cancelled', 0.4],
          ],
        },
      ],
      '2026-11-20',
    ),
  ]
}

/** A study of every method with its defaults, and of AD-DROP with others. */
export function methodsStudy(): ReturnType<typeof study> {
  return study(
    4,
    'RTE, every method',
    rte,
    [
      { method: { kind: 'ad-drop', layers: [0, 1], discards: 'low-attribution' }, states: [done, done] },
      ...methodKinds.map((kind) => ({ method: methodConfig.parse({ kind }), states: [done, done] })),
    ],
    '2026-11-18',
  )
}
