import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'
import { describeHead } from '@shared/results/checkpoint-head.ts'
import { inspectCheckpointFolder, loadCheckpointFolder, type LoadedCheckpoint } from './checkpoint-folder.ts'
import type { Flaw } from './testing/flaw.ts'
import { flawedConfig } from './testing/flawed-config.ts'
import { flawedFiles } from './testing/flawed-files.ts'
import { flawedTorch } from './testing/flawed-torch.ts'
import { flawedTokenizer } from './testing/flawed-tokenizer.ts'
import { flawedWeights } from './testing/flawed-weights.ts'
import { followHint } from './testing/follow-hint.ts'
import { tinyTensors, writeTinyFolder } from './testing/tiny-checkpoint.ts'

/** Checkpoints of the random part; `npm run test:flaws` asks for more. */
const numRandom = Number(process.env['CHECKPOINT_FLAWS'] ?? 60)
const seed = Number(process.env['ADDROP_SEED'] ?? 1)
/** Of the processor's time: a busy machine makes no look longer; what hangs ends with the test. */
const mostCpuMs = 5000
const mostBytes = 1024 ** 3

const flaws: readonly Flaw[] = [
  ...flawedWeights,
  ...flawedConfig,
  ...flawedTokenizer,
  ...flawedFiles,
  ...flawedTorch,
]

let root = ''
let whole = ''
let wholeLoaded: LoadedCheckpoint
let baseline: readonly string[] = []
let numFolders = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lab-flaws-'))
  whole = await writeTinyFolder({
    tensors: () =>
      tinyTensors().map((tensor) => ({ ...tensor, values: tensor.values.map((value) => value / 32) })),
  })
  writeFileSync(join(whole, 'tokenizer_config.json'), JSON.stringify({ do_lower_case: true }))
  wholeLoaded = await loadCheckpointFolder(whole)
  baseline = [...wholeLoaded.warnings, describeHead(wholeLoaded.head)]
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function copyOfWhole(): string {
  const folder = join(root, `flawed-${numFolders++}`)
  cpSync(whole, folder, { recursive: true })
  return folder
}

/** Whole numbers from a seed: mulberry32. */
function randomOf(start: number): (count: number) => number {
  let state = start >>> 0
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}

/** What came of opening a folder, in both ways, within the limits of time and memory. */
type Opened =
  | { readonly failure: Failure }
  | { readonly failure: null; readonly remarks: readonly string[]; readonly loaded: LoadedCheckpoint }

async function opened(folder: string): Promise<Opened> {
  const before = process.cpuUsage()
  const [summary, loaded] = await Promise.all([
    inspectCheckpointFolder(folder, '').catch(failureOf),
    loadCheckpointFolder(folder).catch(failureOf),
  ])
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(mostCpuMs)
  expect(process.memoryUsage().rss).toBeLessThan(mostBytes)
  if ('message' in summary || 'message' in loaded) {
    // A run and `lab attribute` refuse what an import refuses, in the same words.
    expect(loaded).toEqual(summary)
    return { failure: summary as Failure }
  }
  const remarks = [...summary.warnings, describeHead(summary.head)]
  return { failure: null, remarks: remarks.filter((remark) => !baseline.includes(remark)), loaded }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof LabError) return thrown.toFailure()
  throw thrown
}

/** The same numbers and the same ids: whatever is computed is the same. */
function isSame(loaded: LoadedCheckpoint): boolean {
  return JSON.stringify(fingerprint(loaded)) === JSON.stringify(fingerprint(wholeLoaded))
}

function fingerprint({ config, tensors, tokenizerFiles }: LoadedCheckpoint): unknown {
  const weights = [...tensors].map(([name, { shape, values }]) => [name, shape, [...values].map(String)])
  const hasTokenizer = tokenizerFiles.vocabText !== undefined || tokenizerFiles.tokenizerJson !== undefined
  const texts = ['a b', 'F e, É A', 'd [MASK] c', 'nothing ab']
  const ids = hasTokenizer ? texts.map((text) => readTokenizer(tokenizerFiles).encode(text, 'b', 16)) : null
  return [config, weights, ids]
}

function check(flaw: Flaw, found: Opened): void {
  const { outcome, name } = flaw
  switch (outcome.kind) {
    case 'refused':
      expect(found.failure, name).toMatchObject({
        code: outcome.code,
        message: expect.stringMatching(outcome.says) as string,
      })
      return
    case 'warned':
      expect(found.failure, name).toBeNull()
      if (found.failure === null) expect(found.remarks.join('\n'), name).toMatch(outcome.says)
      return
    case 'harmless':
      expect(found.failure, name).toBeNull()
      if (found.failure === null) expect(isSame(found.loaded), name).toBe(true)
  }
}

/** Follows hints until the checkpoint opens; two flaws at once may take two steps. */
async function followed(failure: Failure, folder: string, chosen: string): Promise<number> {
  let found: Failure | null = failure
  for (let step = 1; step <= 3; step++) {
    chosen = followHint(found, { folder, chosen, whole })
    found = (await opened(chosen)).failure
    if (found === null) return step
  }
  throw new Error(`Three hints were followed and the checkpoint is still refused: ${found?.message}`)
}

describe(`every kind of flaw (${flaws.length})`, () => {
  it.each(flaws.map((flaw) => [flaw.name, flaw] as const))('%s', async (_name, flaw) => {
    const folder = copyOfWhole()
    const chosen = flaw.apply(folder, randomOf(1)) ?? folder
    const found = await opened(chosen)
    check(flaw, found)
    if (found.failure !== null) await followed(found.failure, folder, chosen)
  })
})

/** Changes one byte of a file, or cuts it. */
function damage(folder: string, random: (count: number) => number): string {
  const names = readdirSync(folder).sort()
  const name = names[random(names.length)]!
  const path = join(folder, name)
  const bytes = readFileSync(path)
  const at = random(3) === 0 ? random(bytes.length) : random(Math.min(bytes.length, 4000))
  if (random(3) === 0) {
    truncateSync(path, at)
    return `${name} cut at ${at}`
  }
  bytes[at]! ^= 1 << random(8)
  writeFileSync(path, bytes)
  return `${name} byte ${at}`
}

describe(`${numRandom} checkpoints with one flaw by chance (seed ${seed})`, () => {
  it(
    'are each named, told, or the same checkpoint; what a changed byte turns into another whole checkpoint has another id',
    async () => {
      console.warn(`Checkpoint flaws: ${numRandom} with ADDROP_SEED=${seed}`)
      const counts = { refused: 0, told: 0, same: 0, another: 0 }
      const wholeId = (await inspectCheckpointFolder(whole, '')).files.map(({ sha256 }) => sha256)
      for (let index = 0; index < numRandom; index++) {
        const random = randomOf(seed + index)
        const folder = copyOfWhole()
        if (random(5) < 3) {
          const flaw = flaws[random(flaws.length)]!
          const found = await opened(flaw.apply(folder, random) ?? folder)
          check(flaw, found)
          counts[({ refused: 'refused', warned: 'told', harmless: 'same' } as const)[flaw.outcome.kind]] += 1
        } else {
          const what = damage(folder, random)
          const found = await opened(folder)
          if (found.failure !== null) {
            expect(found.failure.code, what).not.toBe('internal-error')
            expect(found.failure.message, what).toContain(folder)
            expect(found.failure.hint, what).not.toBe('')
            counts.refused += 1
          } else if (found.remarks.length > 0) counts.told += 1
          else if (isSame(found.loaded)) counts.same += 1
          else {
            // No look at the files alone can tell 0.5 from 0.25, or the piece "d" from "g": the digests can.
            for (const { values } of found.loaded.tensors.values())
              expect(values.every(Number.isFinite), what).toBe(true)
            const { files } = await inspectCheckpointFolder(folder, '')
            expect(
              files.map(({ sha256 }) => sha256),
              what,
            ).not.toEqual(wholeId)
            counts.another += 1
          }
        }
        rmSync(folder, { recursive: true, force: true })
      }
      console.warn(`Checkpoint flaws: ${JSON.stringify(counts)}`)
      expect(counts.refused).toBeGreaterThan(0)
    },
    300_000 + 5_000 * numRandom,
  )
})
