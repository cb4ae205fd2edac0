import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { carryOutRun } from '@main/engine/carry-out-run.ts'
import { loadCases } from '@main/engine/encoded-cases.ts'
import { tinyRun, tinyStart } from '@main/engine/testing/tiny-run.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import type { RunFolder } from '@main/storage/run-folder.ts'
import { modelTypes, type ModelType } from '@shared/results/checkpoint-summary.ts'
import { runCommandLine } from './program.ts'

const cases = ['good soup', 'bad tea was the very', 'the tea was not good', 'good'].map((text) => ({ text }))
const script = join(import.meta.dirname, '../../tools/round-trip/load_with_transformers.py')
/** Python with torch and transformers; `ROUND_TRIP_PYTHON` names another one. */
const python = process.env['ROUND_TRIP_PYTHON'] ?? 'python3'
const hasTransformers = spawnSync(python, ['-c', 'import torch, transformers']).status === 0
if (!hasTransformers)
  console.warn(
    'Skipped: transformers’ own logits of exported folders need Python with torch and transformers.',
  )

const root = mkdtempSync(join(tmpdir(), 'lab-round-trip-'))
const casesFile = join(root, 'cases.json')
beforeAll(() => writeFileSync(casesFile, JSON.stringify(cases)))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** `lab export …`; returns the exit code and the document. */
async function labExport(home: string, ...args: string[]): Promise<{ code: number; json: object }> {
  let text = ''
  const code = await runCommandLine(['export', ...args, '--json'], {
    stdout: (written) => (text += written),
    stderr: () => undefined,
    isTerminal: false,
    workingFolder: root,
    home,
    enginePath: '',
    sampleFolder: '',
    version: '0.0.0',
    onInterrupt: () => () => undefined,
  })
  return { code, json: JSON.parse(text) as object }
}

/** Trains a tiny model of a family for ten steps. */
async function trained(modelType: ModelType): Promise<{ home: string; folder: RunFolder; best: string }> {
  const home = mkdtempSync(join(root, `${modelType}-`))
  const training = { learningRate: 1e-3, batchSize: 8, maxEpochs: 2, maxLength: 12, seed: 5 }
  const { folder } = await tinyRun(home, { method: { kind: 'fine-tuning' }, training }, tinyStart(modelType))
  process.env['LAB_EXECUTION'] = 'eager'
  try {
    expect(await carryOutRun(home, folder.runId)).toBe('done')
  } finally {
    delete process.env['LAB_EXECUTION']
  }
  const [step] = folder.checkpointSteps()
  return { home, folder, best: folder.checkpointFolder(step!) }
}

/** The lab's own logits and ids for the cases. */
async function labLogits(checkpoint: string): Promise<{ inputIds: number[][]; logits: number[][] }> {
  const { encoded, config, parameters } = await loadCases({
    checkpoint,
    cases: casesFile,
    maxLength: null,
    seed: 1,
  })
  const batch = makeBatch(encoded, config)
  const logits = modelLogits(parameters, config, batch.inputs)
  return {
    inputIds: encoded.map(({ inputIds }) => [...inputIds]),
    logits: await logits.array(),
  }
}

describe.each(modelTypes)('an exported %s', (modelType) => {
  it(`has the run’s weights, head and tokenizer${hasTransformers ? ', and the same logits in transformers' : ''}`, async () => {
    const { home, folder, best } = await trained(modelType)
    const out = join(home, 'exported', 'model')
    const { code, json } = await labExport(home, folder.runId, '--format', 'hf', '--out', out)

    expect(json).toMatchObject({ runId: folder.runId, folder: out })
    expect(code).toBe(0)
    const [kept, copy] = [await loadCheckpointFolder(best), await loadCheckpointFolder(out)]
    expect(copy).toEqual(kept)
    expect(copy.head).toMatchObject({ kind: 'classification', labels: ['0', '1'], isOwn: true })
    expect(copy.warnings).toEqual([])
    expect(readdirSync(join(home, 'exported'))).toEqual(['model'])
    expect(readdirSync(out).filter((name) => /optimizer|state|method/.test(name))).toEqual([])

    if (!hasTransformers) return
    const { stdout, stderr, status } = spawnSync(python, [script, out, casesFile], {
      encoding: 'utf8',
      env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
    })
    expect(status, stderr).toBe(0)
    const theirs = JSON.parse(stdout) as Awaited<ReturnType<typeof labLogits>>
    const ours = await labLogits(best)
    expect(theirs).toMatchObject({
      labels: ['0', '1'],
      problemType: 'single_label_classification',
      unused: [],
    })
    expect(theirs.inputIds).toEqual(ours.inputIds)
    const differences = ours.logits.flatMap((row, at) =>
      row.map((logit, label) => Math.abs(logit - theirs.logits[at]![label]!)),
    )
    console.warn(`Round trip of ${modelType}: logits differ by at most ${Math.max(...differences)}`)
    expect(Math.max(...differences)).toBeLessThan(1e-5)
  })
})

describe('lab export', () => {
  it('leaves what is there alone, and names what it lacks', async () => {
    const { home, folder } = await trained('bert')
    const taken = join(home, 'taken')
    mkdirSync(taken)
    writeFileSync(join(taken, 'thesis.txt'), 'years of work')
    const refused = await labExport(home, folder.runId, '--format', 'hf', '--out', taken)
    expect(refused).toMatchObject({
      code: 1,
      json: { error: { code: 'invalid-argument', message: expect.stringContaining('not empty') as string } },
    })
    expect(readFileSync(join(taken, 'thesis.txt'), 'utf8')).toBe('years of work')
    expect(readdirSync(taken)).toEqual(['thesis.txt'])

    const absent = await labExport(home, 'no-such-run', '--format', 'hf', '--out', join(home, 'new'))
    expect(absent).toMatchObject({ code: 1, json: { error: { code: 'not-found' } } })
    expect(existsSync(join(home, 'new'))).toBe(false)
    expect((await labExport(home, folder.runId, '--out', 'x')).code).toBe(2)

    mkdirSync(join(home, 'empty'))
    const filled = await labExport(home, folder.runId, '--format', 'hf', '--out', join(home, 'empty'))
    expect(filled.code).toBe(0)
    expect(readdirSync(home).filter((name) => name.includes('empty'))).toEqual(['empty'])
  })

  it('says of a run without a checkpoint what to wait for', async () => {
    const home = mkdtempSync(join(root, 'waiting-'))
    const { folder } = await tinyRun(home)
    const { code, json } = await labExport(home, folder.runId, '--format', 'hf', '--out', join(home, 'new'))
    expect({ code, json }).toMatchObject({
      code: 1,
      json: { error: { code: 'not-found', message: expect.stringContaining('no checkpoint') as string } },
    })
  })
})
