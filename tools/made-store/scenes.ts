/** Studies that a comparison must show well: many groups, groups that differ in more than the method, damage, failures. */
import { methodDefinitions, type MethodKind } from '@shared/config/method-config.ts'
import { runConfig, type RunConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import { madeRecord } from './made-run.ts'

/** A study with its runs. */
export interface Scene {
  readonly studyId: string
  readonly name: string
  readonly records: readonly RunRecord[]
  /** Runs whose record is cut off after it was written. */
  readonly cutOff: readonly string[]
}

/** What a regularized step costs, roughly as measured; 1 where it is not known. */
const costs: Partial<Record<MethodKind, number>> = {
  'ad-drop': 1.53,
  'r-drop': 2.02,
  'hidden-cut': 2.1,
  'scal-surrogate': 2.6,
  mixout: 1.2,
}

type Change = Pick<RunConfigInput, 'method'> & {
  readonly checkpoint?: string
  readonly task?: RunConfigInput['task']
  readonly training?: Omit<NonNullable<RunConfigInput['training']>, 'seed'>
  readonly limits?: RunConfigInput['limits']
}

function aConfig(change: Change, seed: number): RunConfig {
  return runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'c-minilm',
    dataset: 'd-rte',
    task: 'rte',
    ...change,
    training: { learningRate: 3e-5, batchSize: 16, maxEpochs: 10, ...change.training, seed },
  })
}

/** Makes runs with numbers that are the same every time. */
class SceneMaker {
  readonly #studyId: string
  readonly #draw: () => number
  #count = 0

  constructor(studyId: string, draw: () => number) {
    this.#studyId = studyId
    this.#draw = draw
  }

  group(change: Change, seeds: number, level: number, epochs = 10): RunRecord[] {
    return Array.from({ length: seeds }, (_, index) => {
      this.#count += 1
      const config = aConfig(change, index + 1)
      return madeRecord(
        {
          runId: `r-${this.#studyId.slice(2)}${String(this.#count).padStart(3, '0')}`,
          studyId: this.#studyId,
          config,
          // Some runs end early, as with patience.
          epochs: index % 3 === 2 && epochs > 4 ? epochs - 3 : epochs,
          stepsPerEpoch: 60,
          level: level + 0.02 * (this.#draw() - 0.5),
          cost: costs[config.method.kind] ?? 1.05,
        },
        this.#draw,
      )
    })
  }
}

/**
 * All scenes.
 *
 * @param draw numbers in [0, 1)
 */
export function scenes(draw: () => number): Scene[] {
  return [everyMethod(draw), settingsApart(draw), troubles(draw)]
}

function everyMethod(draw: () => number): Scene {
  const maker = new SceneMaker('s-methods', draw)
  // reason: the table's keys are the kinds.
  const kinds = Object.keys(methodDefinitions) as MethodKind[]
  const records = kinds.flatMap((kind, place) =>
    maker.group(
      { method: { kind } },
      5,
      0.64 + 0.05 * ((place * 7) % 5) * 0.25,
      kind === 'super-tickets' ? 14 : 10,
    ),
  )
  return { studyId: 's-methods', name: 'RTE, thirteen methods, five seeds', records, cutOff: [] }
}

function settingsApart(draw: () => number): Scene {
  const maker = new SceneMaker('s-apart', draw)
  const method = { kind: 'ad-drop' } as const
  const records = [
    ...maker.group({ method: { kind: 'fine-tuning' } }, 5, 0.64),
    ...maker.group({ method }, 5, 0.69),
    ...maker.group({ method, training: { batchSize: 32 } }, 5, 0.67),
    ...maker.group({ method, training: { learningRate: 1e-5 } }, 5, 0.66),
    ...maker.group({ method, limits: { trainExamples: 500 } }, 5, 0.6),
    ...maker.group({ method, checkpoint: 'c-electra' }, 5, 0.78),
    ...maker.group(
      { method, training: { maxLength: 64, batchSize: 32 }, limits: { validationExamples: 100 } },
      5,
      0.7,
    ),
  ]
  return { studyId: 's-apart', name: 'Groups that differ in rows, batch and checkpoint', records, cutOff: [] }
}

/** A run as it was after some epochs. */
function cutShort(record: RunRecord, epochs: number): RunRecord {
  const left = record.epochs.slice(0, epochs)
  const scores = left.map(({ metrics }) => metrics.matthews ?? -1)
  const value = Math.max(...scores)
  return { ...record, epochs: left, best: { metric: 'matthews', value, epoch: scores.indexOf(value) + 1 } }
}

/** A damaged record, a run that diverged, one that was paused, and one whose score is undefined. */
function troubles(draw: () => number): Scene {
  const maker = new SceneMaker('s-trouble', draw)
  const task = 'cola' as const
  const plain = maker.group({ method: { kind: 'fine-tuning' }, task }, 5, 0.4)
  const dropped = maker.group({ method: { kind: 'ad-drop' }, task }, 5, 0.45)
  const [whole, diverged, constant, paused, ...rest] = dropped
  const reason = 'every prediction is the same class'
  const records = [
    ...plain,
    whole!,
    {
      ...diverged!,
      status: 'failed' as const,
      best: null,
      epochs: diverged!.epochs.slice(0, 3),
      failure: {
        code: 'loss-not-finite' as const,
        message: 'The training loss was NaN in step 212 (epoch 4).',
        hint: 'Use a smaller learning rate.',
      },
    },
    {
      ...constant!,
      best: null,
      epochs: constant!.epochs.map((epoch) => ({
        ...epoch,
        metrics: { matthews: null },
        undefined: { matthews: reason },
      })),
    },
    { ...cutShort(paused!, 4), status: 'paused' as const, endedAt: null },
    ...rest,
  ]
  return { studyId: 's-trouble', name: 'CoLA with troubles', records, cutOff: [plain[4]!.runId] }
}
