/** `lab parity`: the engine against folders of reference values. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { isModelType } from '@main/checkpoints/model-family.ts'
import { compareMetricsFile } from '@main/metrics/metrics-parity.ts'
import { LabError } from '@shared/failures/failure.ts'
import { modelTypes } from '@shared/results/checkpoint-summary.ts'
import { compareAllDroppedRow, compareMaskCases, compareSingleExampleMask } from './mask-parity.ts'
import {
  compareAttributions,
  compareForward,
  compareGradients,
  compareVanillaDropout,
} from './model-parity.ts'
import { readParityFixture, type ParityFixture } from './parity-fixture.ts'
import { compareStoredMasks } from './stored-mask-parity.ts'
import { compareTokenization } from './tokenizer-parity.ts'
import { compareTraining } from './training-parity.ts'
import { batchInputs, batchOf } from '@main/training-graph/step-functions.ts'
import { eagerExecution, tracedExecution, type Execution, type Quantity } from './quantity.ts'
import type { ModelUnderTest } from './model-parity.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { ComparisonRow } from './comparison-row.ts'

/** What `lab parity` answers. */
export interface ParityReport {
  readonly passed: number
  readonly failed: number
  readonly engine: string
  readonly cases: readonly ComparisonRow[]
  /** Folders that hold something this engine does not run yet, and why. */
  readonly skipped: readonly { readonly folder: string; readonly reason: string }[]
}

/** Tasks that the engine runs. */
const tasksRun: Readonly<Record<string, string>> = {
  cls: 'classification',
  reg: 'regression',
  tok: 'token classification',
}

/**
 * Compares every quantity in the given places.
 *
 * @param paths fixture folders, a folder of fixtures, `metrics.json` or `masks.json`
 * @param engine the loaded engine
 * @param execution operation by operation, or as TensorFlow graphs
 * @param onProgress told what is being compared
 * @failure not-found, invalid-argument when a path holds no reference values, engine-unavailable where nothing can be traced
 */
export async function runParity(
  paths: readonly string[],
  engine: TensorEngine,
  execution: 'eager' | 'traced',
  onProgress: (what: string) => void,
): Promise<ParityReport> {
  const execute = executionFor(engine, execution)
  const cases: ComparisonRow[] = []
  const skipped: { folder: string; reason: string }[] = []
  for (const place of (await Promise.all(paths.map(expand))).flat()) {
    onProgress(place)
    const name = basename(place)
    if (name === 'metrics.json') {
      const rows = compareMetricsFile(await readFile(place, 'utf8'))
      cases.push(...rows.map((row) => ({ architecture: 'metrics', ...row })))
    } else if (name === 'masks.json') {
      cases.push(...(await compareStoredMasks(dirname(place), execute)))
    } else {
      const what = await kindOf(place)
      if (!isModelType(what.arch) || !Object.hasOwn(tasksRun, what.task)) {
        const reason = `The engine does not run ${what.arch} for ${what.task} yet; it runs ${modelTypes.join(', ')} for ${Object.values(tasksRun).join(' and ')}.`
        skipped.push({ folder: place, reason })
      } else {
        cases.push(...compareFixture(await readParityFixture(place), engine, execution))
      }
    }
  }
  const passed = cases.filter((row) => row.pass).length
  const failed = cases.length - passed
  return { passed, failed, engine: `${engine.info.backend}, ${execution}`, cases, skipped }
}

/** How quantities are computed. */
function executionFor(engine: TensorEngine, execution: 'eager' | 'traced'): Execution {
  if (execution === 'eager') return eagerExecution
  if (engine.graphs !== null) return tracedExecution(engine.graphs)
  throw new LabError(
    'engine-unavailable',
    `Graphs need TensorFlow; ${engine.info.backend} runs here.`,
    'Use --execution eager, or see "lab doctor" for what TensorFlow lacks.',
  )
}

/** Every quantity of one fixture. */
function compareFixture(
  fixture: ParityFixture,
  engine: TensorEngine,
  execution: 'eager' | 'traced',
): ComparisonRow[] {
  const execute = executionFor(engine, execution)
  const rows: ComparisonRow[] = compareTokenization(fixture)
  for (const batchName of ['main', 'one', 'static']) {
    const describe = (work: (model: ModelUnderTest) => readonly Quantity[]): void => {
      const parameters = fixture.parameters()
      const batch = fixture.batch(batchName)
      const given = { ...Object.fromEntries(parameters), ...batchInputs(batch) }
      rows.push(
        ...execute(given, (inputs) =>
          work({
            fixture,
            batchName,
            parameters: new Map([...parameters.keys()].map((name) => [name, inputs[name]!])),
            batch: batchOf(fixture.config.taskKind, inputs),
          }),
        ),
      )
      tf.dispose(given)
    }
    describe(compareForward)
    if (batchName === 'static') continue
    describe(compareAttributions)
    if (batchName === 'one') describe(compareSingleExampleMask)
    else {
      describe((model) => compareGradients(model, 'main', {}))
      describe(compareVanillaDropout)
      describe(compareMaskCases)
      describe(compareAllDroppedRow)
    }
  }
  return [...rows, ...compareTraining(fixture, engine, execution)]
}

/** A path as fixture folders and files. */
async function expand(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null)
  if (found === null)
    throw new LabError('not-found', `${path} does not exist.`, 'Name a folder of reference values.')
  if (found.isFile()) {
    if (['metrics.json', 'masks.json'].includes(basename(path))) return [path]
  } else {
    const names = await readdir(path)
    if (names.includes('cases.json')) return [path]
    const files = ['masks.json', 'metrics.json']
      .filter((name) => names.includes(name))
      .map((name) => join(path, name))
    const folders: string[] = []
    for (const name of names.sort()) {
      if (await stat(join(path, name, 'cases.json')).catch(() => null)) folders.push(join(path, name))
    }
    if (folders.length + files.length > 0) return [...folders, ...files]
  }
  throw new LabError(
    'invalid-argument',
    `${path} holds no reference values: neither cases.json, nor folders with one, nor masks.json or metrics.json.`,
    'Name a fixture folder, a folder of fixtures, masks.json or metrics.json.',
  )
}

const namedKind = z.object({
  arch: z.string().catch('an unnamed architecture'),
  task: z.string().catch('an unnamed task'),
})

/** Architecture and task that a fixture names. */
async function kindOf(folder: string): Promise<z.infer<typeof namedKind>> {
  return namedKind.parse(JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')))
}
