/**
 * An engine that trains nothing but speaks the real protocol and writes real run folders, so that queue, death, pause,
 * resume and exit codes are tested with real processes. Words in the run's name choose what goes wrong: `[crash]`,
 * `[no memory]`, `[diverge]`, `[silent]`, `[hung]`, `[slow]`, `[die once]`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import type { EngineInfo, EpochPhase, EpochSummary } from '@shared/results/run-summary.ts'
import { tasks } from '@shared/tasks/task.ts'
import {
  controlMessage,
  type ControlAction,
  type EngineMessage,
} from '@main/engine-client/engine-messages.ts'

const stepsPerEpoch = 5
const engine: EngineInfo = {
  backend: 'cpu',
  mode: 'eager',
  versions: { node: process.versions.node },
  device: 'fake',
  threads: 1,
}
type EventContent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'runId' | 'time'>
    : never
  : never

const send = (message: EngineMessage): void => {
  if (process.connected) process.send?.(message)
}

/** A loss and a score that fall out of the settings alone, so that tests can compute them. */
function lossAt(config: RunConfig, step: number): number {
  return 1 / (step + 1) + (config.training.seed % 10) / 100
}

function phaseAt(config: RunConfig, epoch: number): EpochPhase {
  return config.method.kind === 'ad-drop' && epoch % 2 === 0 ? 'regularized' : 'fine-tuning'
}

function epochSummary(config: RunConfig, epoch: number): EpochSummary {
  const part = 0.01
  const metricIds = tasks[config.task].metrics
  return {
    epoch,
    phase: phaseAt(config, epoch),
    trainLoss: lossAt(config, epoch * stepsPerEpoch),
    validationLoss: 0.5 + epoch / 100,
    metrics: Object.fromEntries(metricIds.map((id) => [id, 0.5 + epoch / 10 + config.training.seed / 1000])),
    undefined: {},
    seconds: {
      total: 9 * part,
      input: part,
      firstPass: part,
      attribution: part,
      mask: part,
      secondPass: part,
      backward: part,
      update: part,
      evaluation: part,
      other: part,
    },
    startUp: { seconds: 0, steps: 0 },
    steps: stepsPerEpoch,
    tokens: 100,
    paddedTokens: 5,
  }
}

class FakeRun {
  readonly #folder: RunFolder
  readonly #config: RunConfig
  #asked: ControlAction | 'interrupt' | null = null
  #step = 0

  constructor(home: string, runId: string, token: string) {
    this.#folder = RunFolder.open(home, runId)
    this.#folder.lock.take({ program: 'engine', token })
    this.#config = this.#folder.read().config
    process.on('message', (message) => {
      const parsed = controlMessage.safeParse(message)
      if (parsed.success) this.#asked = parsed.data.action
    })
    process.on('disconnect', () => (this.#asked = 'interrupt'))
  }

  async carryOut(): Promise<void> {
    const name = this.#config.name ?? ''
    const resumed = this.#folder.checkpointSteps().at(-1) ?? null
    this.#step = resumed ?? 0
    this.#folder.update({
      status: 'running',
      failure: null,
      endedAt: null,
      queuePosition: null,
      engine,
      startedAt: new Date().toISOString(),
    })
    send({ kind: 'heartbeat', step: 0 })
    if (name.includes('[crash]')) throw new Error('the fake engine was told to crash')
    if (name.includes('[no memory]')) {
      process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n")
      process.abort()
    }
    const totalSteps = this.#config.training.maxEpochs * stepsPerEpoch
    this.#log({ type: 'run-started', engine, totalSteps, stepsPerEpoch, resumedAtStep: resumed })
    while (this.#step < totalSteps) {
      if (this.#asked !== null) return this.#endAsAsked(this.#asked)
      await this.#trainStep(name)
    }
    this.#end('done', null)
  }

  async #trainStep(name: string): Promise<void> {
    const epoch = Math.floor(this.#step / stepsPerEpoch) + 1
    const phase = phaseAt(this.#config, epoch)
    if (this.#step % stepsPerEpoch === 0)
      this.#log({ type: 'epoch-started', epoch, phase, steps: stepsPerEpoch })
    this.#step += 1
    if (name.includes('[silent]')) await sleep(60_000)
    // Hears nothing any more, for good.
    if (name.includes('[hung]')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    await sleep(name.includes('[slow]') ? 60 : 2)
    const loss = name.includes('[diverge]') && this.#step === 3 ? NaN : lossAt(this.#config, this.#step)
    const counts = { examples: 16, tokens: 20, paddedTokens: 1, seconds: 0.01 }
    this.#log({ type: 'step', step: this.#step, epoch, phase, loss, learningRate: 1e-5, ...counts })
    send({ kind: 'heartbeat', step: this.#step })
    if (Number.isNaN(loss)) {
      this.#end('failed', {
        code: 'loss-not-finite',
        message: 'The loss became NaN at step 3.',
        hint: 'Lower it.',
      })
      process.exit(0)
    }
    if (name.includes('[die once]') && this.#step === stepsPerEpoch + 2) this.#dieOnce()
    if (this.#step % stepsPerEpoch === 0) this.#evaluate(epoch)
  }

  #dieOnce(): void {
    const mark = join(this.#folder.path, 'died')
    if (existsSync(mark)) return
    writeFileSync(mark, '')
    process.kill(process.pid, 'SIGKILL')
  }

  #evaluate(epoch: number): void {
    const summary = epochSummary(this.#config, epoch)
    const metric = tasks[this.#config.task].metrics[0]
    const epochs = [...this.#folder.read().epochs.filter((known) => known.epoch < epoch), summary]
    this.#folder.update({
      epochs,
      best: { metric, value: summary.metrics[metric] ?? 0, epoch },
      stepMs: { fineTuning: 10, regularized: this.#config.method.kind === 'ad-drop' ? 18 : null },
      overhead: { epoch: null, step: this.#config.method.kind === 'ad-drop' ? 1.8 : null },
    })
    this.#log({ type: 'evaluation', summary, isBest: true })
    this.#checkpoint(epoch)
  }

  #checkpoint(epoch: number): void {
    const folder = this.#folder.checkpointFolder(this.#step)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'state.json'), JSON.stringify({ step: this.#step }))
    this.#log({ type: 'checkpoint', step: this.#step, epoch, folder: `checkpoints/${this.#step}` })
  }

  #endAsAsked(asked: ControlAction | 'interrupt'): void {
    const statuses = {
      pause: 'paused',
      stop: 'stopped',
      cancel: 'cancelled',
      interrupt: 'interrupted',
    } as const
    if (asked === 'pause' || asked === 'interrupt')
      this.#checkpoint(Math.floor(this.#step / stepsPerEpoch) + 1)
    this.#end(statuses[asked], null)
  }

  #end(status: RunStatus, failure: Failure | null): void {
    this.#folder.update({ status, failure, endedAt: new Date().toISOString() })
    this.#log({ type: 'run-ended', status, failure })
    this.#folder.close()
  }

  #log(content: EventContent): void {
    const event: RunEvent = { runId: this.#folder.runId, time: new Date().toISOString(), ...content }
    this.#folder.appendEvents([event])
    send({ kind: 'event', event })
  }
}

function answerTask(name: string, requestPath: string): void {
  const request: unknown = JSON.parse(readFileSync(requestPath, 'utf8'))
  const failure: Failure = { code: 'invalid-argument', message: 'told to fail', hint: '' }
  const shouldFail = JSON.stringify(request).includes('told to fail')
  if (JSON.stringify(request).includes('told to die')) process.abort()
  const result = shouldFail ? { ok: false, failure } : { ok: true, value: { task: name, request } }
  process.stderr.write('I0000 00:00:1.2 3 port.cc:153] oneDNN custom operations are on. You may see …\n')
  process.stderr.write('a log line\n')
  process.stdout.write(JSON.stringify(result))
}

/** Says who has the run in hand, as the real engine does. */
function refuse(thrown: unknown): void {
  if (!(thrown instanceof LabError)) throw thrown
  process.send?.({ kind: 'refused', failure: thrown.toFailure() } satisfies EngineMessage, () =>
    process.exit(1),
  )
}

const [first = '', second = '', , fourth = ''] = process.argv.slice(2)
if (first === '--task') {
  answerTask(second, fourth)
} else {
  try {
    void new FakeRun(first, second, fourth).carryOut().then(() => process.exit(0))
  } catch (thrown) {
    refuse(thrown)
  }
}
