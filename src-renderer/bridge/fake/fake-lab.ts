/** The state behind the fake client: demo data, a queue, and runs that move when told to. */
import type { UnreadableRun } from '@shared/results/unreadable-run.ts'
import type { LabEvent, QueueState, RunListItem, StudyListItem } from '@shared/contracts/lab-contract.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { runName } from '@shared/config/run-name.ts'
import type { StudyConfig } from '@shared/config/study-config.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { demoCheckpoints, demoDatasets } from './demo-library.ts'
import { demoEpochs, demoItem, demoStudies, methodsStudy, type DemoRun } from './demo-runs.ts'
import { demoSteps, demoStepsPerEpoch } from './demo-training.ts'

/** Which demo the fake shows. */
export type Scenario = 'demo' | 'empty' | 'many' | 'methods' | 'errors'

/** Everything the fake knows. */
export class FakeLab {
  readonly runs = new Map<string, DemoRun>()
  readonly studies: StudyListItem[] = []
  unreadable: UnreadableRun[] = []
  datasets: DatasetSummary[] = []
  checkpoints: CheckpointSummary[] = []
  queue: string[] = []
  isQueuePaused = false
  private readonly listeners = new Set<(event: LabEvent) => void>()
  private seq = 0
  private lastStudy = 100

  constructor(scenario: Scenario) {
    if (scenario === 'empty') return
    this.datasets = [...demoDatasets]
    this.checkpoints = [...demoCheckpoints]
    for (const { study, runs } of demoStudies()) this.adopt(study, runs)
    if (scenario === 'many') this.addMany()
    if (scenario === 'methods') this.adopt(methodsStudy().study, methodsStudy().runs)
    this.queue = [...this.runs.values()].filter((run) => run.status === 'queued').map((run) => run.runId)
  }

  /** Listens; answers a function that stops listening. */
  onEvent(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** A run, or a thrown bug of the test. */
  run(runId: string): DemoRun {
    const run = this.runs.get(runId)
    if (run === undefined) throw new Error(`No run ${runId} in the fake`)
    return run
  }

  queueState(): QueueState {
    const running = [...this.runs.values()].find((run) => run.status === 'running')
    return { paused: this.isQueuePaused, runningRunId: running?.runId ?? null, queuedRunIds: [...this.queue] }
  }

  /** Changes a run's state and tells listeners. */
  change(
    run: DemoRun,
    patch: Partial<Pick<DemoRun, 'status' | 'step' | 'startedAt' | 'endedAt'>>,
  ): RunListItem {
    Object.assign(run, patch)
    const item = demoItem(run)
    this.emit({ type: 'run-changed', item })
    return item
  }

  tellQueue(): void {
    this.emit({ type: 'queue-changed', queue: this.queueState() })
  }

  tellLibrary(what: 'datasets' | 'checkpoints'): void {
    this.emit({ type: 'library-changed', what })
  }

  /** Launches the runs of a study as the product would. */
  launch(study: StudyConfig): { readonly studyId: string; readonly runIds: readonly string[] } {
    this.lastStudy += 1
    const studyId = `s-${this.lastStudy}`
    const createdAt = new Date().toISOString()
    const runs = expandStudy(study).map((config, index): DemoRun => {
      const parsed = runConfig.parse(config)
      return {
        runId: `r-${this.lastStudy}-${index}`,
        studyId,
        studyName: study.name,
        name: runName(parsed),
        config: parsed,
        status: 'queued',
        step: 0,
        failure: null,
        createdAt,
        startedAt: null,
        endedAt: null,
      }
    })
    this.adopt({ studyId, name: study.name, runIds: runs.map((run) => run.runId), createdAt }, runs)
    this.queue.push(...runs.map((run) => run.runId))
    for (const run of runs) this.emit({ type: 'run-changed', item: demoItem(run) })
    this.tellQueue()
    return { studyId, runIds: runs.map((run) => run.runId) }
  }

  /** Moves the running run on by some steps and starts the next one of the queue. */
  advance(steps: number): void {
    let running = [...this.runs.values()].find((run) => run.status === 'running')
    if (running === undefined && !this.isQueuePaused && this.queue.length > 0) {
      running = this.run(this.queue.shift()!)
      this.change(running, { status: 'running', startedAt: new Date().toISOString() })
      this.tellQueue()
    }
    if (running === undefined) return
    const total = running.config.training.maxEpochs * demoStepsPerEpoch
    const before = running.step
    const after = Math.min(total, before + steps)
    const epochsBefore = demoEpochs(running).length
    this.change(
      running,
      after === total ? { step: after, status: 'done', endedAt: new Date().toISOString() } : { step: after },
    )
    this.emit({
      type: 'run-events',
      runId: running.runId,
      events: this.eventsBetween(running, before, epochsBefore),
    })
  }

  private eventsBetween(run: DemoRun, before: number, epochsBefore: number): RunEvent[] {
    const base = { runId: run.runId, time: new Date().toISOString() }
    const steps = demoSteps(run.config, run.step).slice(before)
    const epochs = demoEpochs(run).slice(epochsBefore)
    return [
      ...steps.map(({ step, epoch, loss }): RunEvent => ({
        ...base,
        type: 'step',
        step,
        epoch,
        phase: epochPhase(run.config.method, epoch),
        loss,
        learningRate: run.config.training.learningRate,
        examples: 16,
        tokens: 1100,
        paddedTokens: 90,
        seconds: 0.18,
      })),
      ...epochs.map((summary): RunEvent => ({ ...base, type: 'evaluation', summary, isBest: false })),
    ]
  }

  private adopt(study: StudyListItem, runs: readonly DemoRun[]): void {
    this.studies.push(study)
    for (const run of runs) this.runs.set(run.runId, run)
  }

  private addMany(): void {
    const models = demoStudies()[1]!.runs
    const createdAt = '2026-11-18T08:00:00.000Z'
    for (let batch = 0; batch < 250; batch += 1) {
      const studyId = `s-many-${batch}`
      const studyName = `Sweep ${batch + 1}`
      const runs = Array.from({ length: 20 }, (_, index): DemoRun => {
        const config = { ...models[0]!.config, training: { ...models[0]!.config.training, seed: index } }
        return {
          ...models[0]!,
          runId: `r-m${batch}-${index}`,
          studyId,
          studyName,
          config,
          name: runName(config),
          createdAt,
        }
      })
      this.adopt({ studyId, name: studyName, runIds: runs.map((run) => run.runId), createdAt }, runs)
    }
  }

  private emit(
    event: LabEvent extends infer Event ? (Event extends LabEvent ? Omit<Event, 'seq'> : never) : never,
  ): void {
    this.seq += 1
    const numbered = { ...event, seq: this.seq } as LabEvent // reason: only the number was missing
    for (const listener of this.listeners) listener(numbered)
  }
}

/**
 * The run configs of a study: the product of the grid, then the points.
 *
 * @param study with every default filled in
 */
export function expandStudy(study: StudyConfig): Record<string, unknown>[] {
  let overlays: Record<string, unknown>[] = [{}]
  for (const [key, values] of Object.entries(study.grid)) {
    overlays = overlays.flatMap((overlay) => values.map((value) => ({ ...overlay, [key]: value })))
  }
  const hasGrid = Object.keys(study.grid).length > 0
  const all = hasGrid || study.points.length === 0 ? [...overlays, ...study.points] : study.points
  return all.map((overlay) => withOverlay(study.base, overlay))
}

function withOverlay(
  base: Record<string, unknown>,
  overlay: Record<string, unknown>,
): Record<string, unknown> {
  const config = structuredClone(base)
  for (const [key, value] of Object.entries(overlay)) {
    const [section, name] = key.split('.') as [string, string]
    config[section] = { ...(config[section] as object | undefined), [name]: value }
  }
  const method = config['method'] as { kind?: unknown } | undefined
  if (method?.kind === 'fine-tuning') config['method'] = { kind: 'fine-tuning' }
  return config
}
