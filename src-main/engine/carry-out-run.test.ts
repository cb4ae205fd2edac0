import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunFolder } from '@main/storage/run-folder.ts'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { LabError } from '@shared/failures/failure.ts'
import { runTrainingSeconds } from '@shared/results/training-time.ts'
import { carryOutRun } from './carry-out-run.ts'
import { AskingChannel } from './testing/asking-channel.ts'
import { tinyRun, type HomeWithRun } from './testing/tiny-run.ts'
import type { RunConfigInput } from '@shared/config/run-config.ts'
import type { StepEvent } from '@shared/results/run-event.ts'

const homes: string[] = []
afterEach(() => {
  delete process.env['LAB_EXECUTION']
})
afterEach(() => homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true })))

/** A data folder with a waiting run of 20 steps. */
function aHomeWithRun(config: Partial<RunConfigInput> = {}): Promise<HomeWithRun> {
  const home = mkdtempSync(join(tmpdir(), 'lab-engine-'))
  homes.push(home)
  return tinyRun(home, config)
}

/** Sets how large a file this process may write; the system then refuses as it does on a full disk (EFBIG). */
function limitFileSize(limit: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${limit}`])
}

const canLimitFileSize = spawnSync('prlimit', ['--version']).status === 0
if (!canLimitFileSize) console.warn('Skipped: a full disk cannot be staged without prlimit.')

/** Steps of runs from now on are not traced, which on so few of them takes longer than they do. */
function runEagerly(): void {
  process.env['LAB_EXECUTION'] = 'eager'
}

function stepsOf(folder: RunFolder): StepEvent[] {
  return folder.readEvents().filter((event) => event.type === 'step')
}

/** What the run's last checkpoint says of the parts of its steps. */
function stepShares(folder: RunFolder): Record<string, object> {
  const path = join(folder.checkpointFolder(folder.checkpointSteps().at(-1)!), 'state.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { stepShares: Record<string, object> }).stepShares
}

/** Weights of the best checkpoint, or another of its files, byte for byte. */
function bestWeights(folder: RunFolder, file = 'model.safetensors'): Buffer {
  return readFileSync(join(folder.checkpointFolder(folder.checkpointSteps()[0]!), file))
}

const superTickets = {
  kind: 'super-tickets',
  ticketEpochs: 2,
  prunedHeads: 0.4,
  prunedFeedForward: 0.5,
} as const

describe('a run from start to end', () => {
  it('trains, evaluates every epoch, alternates the phases and keeps the best checkpoint', async () => {
    const { home, folder } = await aHomeWithRun()

    expect(await carryOutRun(home, folder.runId)).toBe('done')

    const record = folder.read()
    expect(record.status).toBe('done')
    expect(record.engine?.mode).toBe('traced')
    expect(record.secondsSource).toBe('calibrated')
    // [CLS], 2 to 7 words, [SEP]; a run this short is worth one length and no compiled loops.
    expect(record.execution).toEqual({ fusion: false, paddedLengths: [9], lengthGroups: [9] })
    expect(record.epochs.map(({ phase }) => phase)).toEqual([
      'fine-tuning',
      'regularized',
      'fine-tuning',
      'regularized',
    ])
    expect(stepsOf(folder).map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(record.epochs[3]!.trainLoss).toBeLessThan(record.epochs[0]!.trainLoss)
    expect(record.best?.value).toBe(Math.max(...record.epochs.map(({ metrics }) => metrics.accuracy ?? 0)))
    expect(record.overhead.step).toBeGreaterThan(0)
    expect(folder.checkpointSteps()).toEqual([record.best!.epoch * 5])
    const kept = readdirSync(folder.checkpointFolder(record.best!.epoch * 5))
    expect(kept).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'optimizer.safetensors', 'state.json']),
    )
    for (const { seconds } of record.epochs) {
      const { total, ...parts } = seconds
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 9)
    }
  })

  it('gives the same losses and the same weights, bit for bit, when it is paused and resumed', async () => {
    const whole = await aHomeWithRun()
    await carryOutRun(whole.home, whole.folder.runId)
    const paused = await aHomeWithRun()

    expect(
      await carryOutRun(paused.home, paused.folder.runId, { channel: new AskingChannel(8, 'pause') }),
    ).toBe('paused')
    expect(stepsOf(paused.folder).length).toBeLessThan(20)
    const measured = stepShares(paused.folder)['fine-tuning']
    expect(measured).toBeDefined()
    expect(await carryOutRun(paused.home, paused.folder.runId)).toBe('done')
    // Measured again, they would not be the same.
    expect(stepShares(paused.folder)['fine-tuning']).toEqual(measured)

    const losses = (folder: RunFolder) => stepsOf(folder).map(({ step, loss }) => [step, loss])
    expect(losses(paused.folder)).toEqual(losses(whole.folder))
    expect(bestWeights(paused.folder).equals(bestWeights(whole.folder))).toBe(true)
    const scores = (folder: RunFolder) =>
      folder
        .read()
        .epochs.map(({ trainLoss, validationLoss, metrics }) => [trainLoss, validationLoss, metrics])
    expect(scores(paused.folder)).toEqual(scores(whole.folder))
  })

  // Traced where a method keeps its numbers in the graph; where in a run it is paused matters to both kinds alike.
  it.each([
    ['traced', 8, { kind: 'mixout' }],
    ['eager', 8, { kind: 'child-tuning-d', crossTuning: true }],
    [
      'traced',
      8,
      {
        kind: 'concrete-dropout',
        crossTuning: true,
        weightRegularizer: 1e-6,
        dropoutRegularizer: 1e-3,
      },
    ],
    // Before the pruning between steps 10 and 11, in the evaluation before it, within its survey, and after it.
    ['eager', 8, superTickets],
    ['eager', 10, superTickets],
    ['traced', { step: 10, look: 4 }, superTickets],
    ['eager', 13, superTickets],
    // Traced, at the end of the search; more below.
    ['traced', 10, { kind: 'auto-dropout', search: 'random', candidates: 2 }],
  ] as const)(
    'goes on bit for bit, %s, after %j steps, with what a method keeps beside the weights: %j',
    async (mode, pausedAfter, method) => {
      if (mode === 'eager') runEagerly()
      const whole = await aHomeWithRun({ method })
      await carryOutRun(whole.home, whole.folder.runId)
      const paused = await aHomeWithRun({ method })

      expect(
        await carryOutRun(paused.home, paused.folder.runId, {
          channel: new AskingChannel(pausedAfter, 'pause'),
        }),
      ).toBe('paused')
      expect(await carryOutRun(paused.home, paused.folder.runId)).toBe('done')

      const losses = (folder: RunFolder) => stepsOf(folder).map(({ step, loss }) => [step, loss])
      expect(losses(paused.folder)).toEqual(losses(whole.folder))
      for (const file of ['model.safetensors', 'method.safetensors'])
        expect(bestWeights(paused.folder, file).equals(bestWeights(whole.folder, file)), file).toBe(true)
    },
  )

  it('keeps the time of its survey over a pause and charges it to the run', async () => {
    runEagerly()
    const { home, folder } = await aHomeWithRun({ method: { kind: 'child-tuning-d', crossTuning: true } })

    expect(await carryOutRun(home, folder.runId, { channel: new AskingChannel(8, 'pause') })).toBe('paused')
    const { surveySeconds } = folder.read()
    expect(surveySeconds).toBeGreaterThan(0)
    expect(await carryOutRun(home, folder.runId)).toBe('done')

    const record = folder.read()
    expect(record.surveySeconds).toBe(surveySeconds)
    const without = runTrainingSeconds({ ...record, surveySeconds: 0 })
    expect(runTrainingSeconds(record)! - without!).toBeCloseTo(surveySeconds!, 9)
  })

  describe('with a search for a pattern', () => {
    const training = { learningRate: 1e-3, batchSize: 8, maxEpochs: 6, maxLength: 12, seed: 5, patience: 1 }
    const searching = {
      kind: 'auto-dropout',
      search: 'evolutionary',
      dropRate: 0.5,
      candidates: 2,
      epochsPerCandidate: 2,
    } as const
    const losses = (folder: RunFolder): number[] => stepsOf(folder).map(({ loss }) => loss)
    const messages = (folder: RunFolder): string[] =>
      folder.readEvents().flatMap((event) => (event.type === 'message' ? [event.text] : []))

    it('counts neither scores nor patience before the last training, which is a run of its own with that pattern', async () => {
      runEagerly()
      const searched = await aHomeWithRun({ method: searching, training })
      expect(await carryOutRun(searched.home, searched.folder.runId)).toBe('done')

      const { epochs, best } = searched.folder.read()
      const accuracies = epochs.map(({ metrics }) => metrics.accuracy!)
      const rewards = [0, 2].map((at) => Math.max(...accuracies.slice(at, at + 2)))
      const chosen = rewards[1]! > rewards[0]! ? 2 : 1
      const [, , over] = messages(searched.folder)
      expect(over).toContain(`candidate ${chosen} of 2 scored best, ${rewards[chosen - 1]!.toFixed(4)}`)
      expect(epochs.length).toBeGreaterThan(4)
      expect(best!.epoch).toBeGreaterThan(4)
      expect(best!.value).toBe(Math.max(...accuracies.slice(4)))

      const pattern = /here on: (.*)\.$/.exec(over!)![1]!
      const alone = await aHomeWithRun({
        method: { kind: 'auto-dropout', dropRate: 0.5, pattern },
        training: { ...training, maxEpochs: 2 },
      })
      expect(await carryOutRun(alone.home, alone.folder.runId)).toBe('done')
      expect(losses(searched.folder).slice(20)).toEqual(losses(alone.folder))
      expect(bestWeights(searched.folder).equals(bestWeights(alone.folder))).toBe(true)
    })

    // Within the first candidate, at its end, within the second, at the end of the search, within the last training.
    it.each([3, 10, 17, 20, 23])('goes on bit for bit when it is paused after %i steps', async (steps) => {
      runEagerly()
      const method = { ...searching, crossTuning: true } as const
      const whole = await aHomeWithRun({ method, training })
      await carryOutRun(whole.home, whole.folder.runId)
      const paused = await aHomeWithRun({ method, training })

      expect(
        await carryOutRun(paused.home, paused.folder.runId, { channel: new AskingChannel(steps, 'pause') }),
      ).toBe('paused')
      expect(await carryOutRun(paused.home, paused.folder.runId)).toBe('done')

      expect(losses(paused.folder)).toEqual(losses(whole.folder))
      expect(whole.folder.read().epochs.map(({ phase }) => phase)).toEqual(
        whole.folder.read().epochs.map(({ epoch }) => (epoch % 2 === 1 ? 'fine-tuning' : 'regularized')),
      )
      for (const file of ['model.safetensors', 'method.safetensors'])
        expect(bestWeights(paused.folder, file).equals(bestWeights(whole.folder, file)), file).toBe(true)
    })

    it('searches again as before after a crash without a checkpoint', async () => {
      runEagerly()
      const whole = await aHomeWithRun({ method: searching, training })
      await carryOutRun(whole.home, whole.folder.runId)
      const { home, folder } = await aHomeWithRun({ method: searching, training })
      await carryOutRun(home, folder.runId, { channel: new AskingChannel(22, 'pause') })
      for (const step of folder.checkpointSteps()) rmSync(folder.checkpointFolder(step), { recursive: true })

      expect(await carryOutRun(home, folder.runId)).toBe('done')

      expect(losses(folder)).toEqual(losses(whole.folder))
      expect(folder.read().notes.join()).not.toContain('another loss')
      expect(new Set(messages(folder))).toEqual(new Set(messages(whole.folder)))
    })

    it('has no best score when it is stopped before its last training', async () => {
      runEagerly()
      const { home, folder } = await aHomeWithRun({ method: searching, training })

      expect(await carryOutRun(home, folder.runId, { channel: new AskingChannel(12, 'stop') })).toBe(
        'stopped',
      )

      expect(folder.read().best).toBeNull()
      expect(folder.read().epochs).toHaveLength(2)
      expect(folder.checkpointSteps()).toHaveLength(1)
    })
  })

  it('is measured, not calibrated, when its steps are computed operation by operation', async () => {
    runEagerly()
    const { home, folder } = await aHomeWithRun()

    expect(await carryOutRun(home, folder.runId)).toBe('done')

    expect(folder.read()).toMatchObject({ engine: { mode: 'eager' }, secondsSource: 'measured' })
  })

  it('follows the schedule of the learning rate, also across a pause, and records the rate of each step', async () => {
    runEagerly()
    const { home, folder } = await aHomeWithRun({
      training: {
        learningRate: 1e-3,
        learningRateSchedule: 'linear',
        warmupRatio: 0.2,
        maxGradientNorm: 1,
        batchSize: 8,
        maxEpochs: 4,
        maxLength: 12,
        seed: 5,
      },
    })

    expect(await carryOutRun(home, folder.runId, { channel: new AskingChannel(8, 'pause') })).toBe('paused')
    expect(await carryOutRun(home, folder.runId)).toBe('done')

    // 20 steps, 4 of them warm-up; float64 roundings of a quotient.
    stepsOf(folder).forEach(({ step, learningRate }) => {
      expect(learningRate).toBeCloseTo(1e-3 * (step <= 4 ? (step - 1) / 4 : (21 - step) / 16), 15)
    })
    expect(stepsOf(folder)).toHaveLength(20)
  })

  it('computes lost steps again after a crash and records none of them twice', async () => {
    runEagerly()
    const whole = await aHomeWithRun()
    await carryOutRun(whole.home, whole.folder.runId)
    const { home, folder } = await aHomeWithRun()
    await carryOutRun(home, folder.runId, { channel: new AskingChannel(8, 'pause') })
    const before = stepsOf(folder)
    // As after a power cut: the log has steps that no checkpoint has.
    for (const step of folder.checkpointSteps()) rmSync(folder.checkpointFolder(step), { recursive: true })

    expect(await carryOutRun(home, folder.runId)).toBe('done')

    expect(stepsOf(folder).slice(0, before.length)).toEqual(before)
    expect(stepsOf(folder).map(({ step, loss }) => [step, loss])).toEqual(
      stepsOf(whole.folder).map(({ step, loss }) => [step, loss]),
    )
    expect(folder.read().notes.join()).not.toContain('another loss')
  })

  it('keeps the results of a run that is stopped and discards the checkpoints of one that is cancelled', async () => {
    runEagerly()
    const stopped = await aHomeWithRun()
    const cancelled = await aHomeWithRun()

    expect(
      await carryOutRun(stopped.home, stopped.folder.runId, { channel: new AskingChannel(7, 'stop') }),
    ).toBe('stopped')
    expect(
      await carryOutRun(cancelled.home, cancelled.folder.runId, { channel: new AskingChannel(7, 'cancel') }),
    ).toBe('cancelled')

    expect(stopped.folder.checkpointSteps()).toEqual([5])
    expect(stopped.folder.read().epochs).toHaveLength(1)
    expect(cancelled.folder.checkpointSteps()).toEqual([])
  })
})

describe('a run on a slower engine', () => {
  const onWasm = (): Promise<LoadedEngine> => loadTensorEngine('wasm')
  const reason = new LabError('engine-unavailable', 'TensorFlow could not be loaded: no such file.')
  /** The engine of a machine without TensorFlow. */
  const withoutTensorflow = (): Promise<LoadedEngine> =>
    loadTensorEngine(null, {
      tensorflow: () => Promise.reject(reason),
      wasm: onWasm,
      cpu: () => loadTensorEngine('cpu'),
    })
  const messagesOf = (folder: RunFolder): string[] =>
    folder.readEvents().flatMap((event) => (event.type === 'message' ? [event.text] : []))

  /** Every run's record says what it made of the checkpoint's classifier. */
  const headNote = 'The checkpoint’s classifier is reused: its labels are 0, 1.'

  it('says why in its record and in its log', async () => {
    const { home, folder } = await aHomeWithRun()

    expect(await carryOutRun(home, folder.runId, { loadEngine: withoutTensorflow })).toBe('done')

    const { engine, notes } = folder.read()
    expect(engine).toMatchObject({ backend: 'wasm', mode: 'eager', threads: 1 })
    expect(notes).toContainEqual(
      expect.stringMatching(/^TensorFlow could not be loaded: no such file\. This runs on WebAssembly/),
    )
    expect([...messagesOf(folder), headNote]).toEqual(notes)
  })

  it('says nothing when that engine was asked for', async () => {
    const { home, folder } = await aHomeWithRun()

    expect(await carryOutRun(home, folder.runId, { loadEngine: onWasm })).toBe('done')

    expect(folder.read().notes).toEqual([headNote])
    expect(messagesOf(folder)).toEqual([])
  })

  it('gives the same losses and the same weights, bit for bit, when it is paused and resumed', async () => {
    const whole = await aHomeWithRun()
    await carryOutRun(whole.home, whole.folder.runId, { loadEngine: onWasm })
    const paused = await aHomeWithRun()

    expect(
      await carryOutRun(paused.home, paused.folder.runId, {
        channel: new AskingChannel(8, 'pause'),
        loadEngine: onWasm,
      }),
    ).toBe('paused')
    expect(await carryOutRun(paused.home, paused.folder.runId, { loadEngine: onWasm })).toBe('done')

    expect(stepsOf(paused.folder).map(({ loss }) => loss)).toEqual(
      stepsOf(whole.folder).map(({ loss }) => loss),
    )
    expect(bestWeights(paused.folder).equals(bestWeights(whole.folder))).toBe(true)
  })

  it('says that its earlier part ran on another', async () => {
    const { home, folder } = await aHomeWithRun()
    await carryOutRun(home, folder.runId, {
      channel: new AskingChannel(8, 'pause'),
      loadEngine: () => loadTensorEngine('cpu'),
    })

    expect(await carryOutRun(home, folder.runId, { loadEngine: onWasm })).toBe('done')

    expect(folder.read().notes).toContainEqual(
      expect.stringContaining('The run began on cpu and went on on wasm'),
    )
  })
})

describe('a run that cannot go on', () => {
  it.skipIf(!canLimitFileSize)(
    'fails with one clear message when the disk is full, and goes on once there is room',
    async () => {
      runEagerly()
      const { home, folder } = await aHomeWithRun()
      limitFileSize('16384:')

      const status = await carryOutRun(home, folder.runId).finally(() => limitFileSize('unlimited:'))

      expect(status).toBe('failed')
      const { failure } = folder.read()
      expect(failure).toMatchObject({ code: 'disk-full' })
      expect(failure?.message).toContain(folder.path)
      expect(folder.checkpointSteps()).toEqual([])
      expect(await carryOutRun(home, folder.runId)).toBe('done')
      expect(stepsOf(folder)).toHaveLength(20)
    },
  )

  it('names learning rate and step when the loss is no longer a number', async () => {
    runEagerly()
    const { home, folder } = await aHomeWithRun({
      training: { learningRate: 1e30, batchSize: 8, maxEpochs: 2, maxLength: 12, seed: 5 },
      method: { kind: 'fine-tuning' },
    })

    expect(await carryOutRun(home, folder.runId)).toBe('failed')

    expect(folder.read().failure).toMatchObject({ code: 'loss-not-finite' })
    expect(folder.read().failure?.message).toMatch(/at step \d+ \(epoch 1\)/)
    expect(folder.read().failure?.hint).toContain('training.learningRate: it is 1e+30')
  })

  it('says so when the weights have changed since it was launched', async () => {
    const { home, folder } = await aHomeWithRun()
    const { checkpoint } = folder.read()
    folder.update({
      checkpoint: {
        ...checkpoint,
        files: checkpoint.files.map((file) => ({ ...file, bytes: file.bytes + 1 })),
      },
    })

    expect(await carryOutRun(home, folder.runId)).toBe('failed')

    expect(folder.read().failure).toMatchObject({ code: 'checkpoint-changed' })
  })
})
