/**
 * A page that calls whatever it likes. Whatever comes, in whatever order and however much of it: every call gets an answer
 * in time, every failure has a code, and nothing is written outside LAB_HOME. The long form:
 * `LAB_CALL_SEQUENCES=1000 npx vitest run --project main src-main/app/call-sequences.test.ts`; `ADDROP_SEED` draws others.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { buildFakeEngine } from '@main/engine-client/testing/build-fake-engine.ts'
import { isChange, judgeFileCalls } from '@main/platform/testing/failing-calls.ts'
import { writeTinyCheckpoint, writeTinyRte } from '@main/services/testing/tiny-checkpoint.ts'
import { failureSchema } from '@shared/failures/failure.ts'
import { HeadlessApp } from './testing/headless-app.ts'
import { randomCall, withKnown, type KnownThings, type RandomCall } from './testing/random-calls.ts'

const numSequences = Number(process.env['LAB_CALL_SEQUENCES'] ?? 12)
const seed = Number(process.env['ADDROP_SEED'] ?? 1)
/** Longest wait for an answer, on a machine that does other things too. */
const mostMs = 5000
/** Longest message: a page shows it. */
const mostCharacters = 5000
/** Sequences on one data folder: later ones find what earlier ones left. */
const perHome = 10

const sequences = fc.array(randomCall, { minLength: 1, maxLength: 15 })

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), failure: failureSchema }),
])

let root = ''
let enginePath = ''
let outside = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'call-sequences-'))
  outside = join(root, 'outside')
  enginePath = await buildFakeEngine(join(root, 'engine'))
  writeTinyCheckpoint(join(outside, 'tiny'))
  writeTinyRte(join(outside, 'RTE'))
  // What a name such as ../../outside/runs/r-1 would lead to.
  mkdirSync(join(outside, 'runs/r-1'), { recursive: true })
  writeFileSync(join(outside, 'runs/r-1/run.json'), '{}')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Digest by path of everything beside the data folders. */
function everythingOutside(folder = root): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('home-')) continue
    if (entry.isDirectory()) Object.assign(found, { [path]: 'folder' }, everythingOutside(path))
    else found[path] = createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  return found
}

/** Checks an answer, whatever it is about. */
function requireAnswer(answer: unknown, what: string): void {
  const parsed = answerSchema.parse(answer)
  if (parsed.ok) return
  const { code, message, hint } = parsed.failure
  expect(code, `${what}: ${message}`).not.toBe('internal-error')
  expect(message, what).not.toBe('')
  expect(message.length + hint.length, what).toBeLessThan(mostCharacters)
}

async function inTime(answer: Promise<unknown>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} has no answer after ${mostMs} ms`)), mostMs)
  })
  try {
    requireAnswer(await Promise.race([answer, late]), what)
  } finally {
    clearTimeout(timer)
  }
}

/** What a page finds out by the calls that list things. */
async function knownThings(app: HeadlessApp, tokens: readonly string[]): Promise<KnownThings> {
  const idsOf = async (name: string, key: string): Promise<string[]> => {
    const answer = (await app.call(name, undefined)) as { value?: Record<string, string>[] }
    return (answer.value ?? []).map((each) => each[key] ?? '')
  }
  return {
    runIds: [...(await idsOf('run.list', 'runId')), ...(await idsOf('study.list', 'studyId'))],
    datasetIds: await idsOf('dataset.list', 'datasetId'),
    checkpointIds: await idsOf('checkpoint.list', 'checkpointId'),
    tokens,
  }
}

async function carryOut(app: HeadlessApp, calls: readonly RandomCall[]): Promise<void> {
  app.openWindow()
  const tokens = ['RTE', 'tiny', 'RTE/train.tsv', 'missing'].map((name) => app.drop(join(outside, name)))
  for (const path of ['', 7, null, 'a\0b', 'x'.repeat(40_000)]) expect(app.drop(path)).toBe('')
  const options = { task: null, name: null, skipProblemRows: false }
  await inTime(app.call('dataset.import', { ...options, paths: [tokens[0]] }), 'dataset.import')
  await inTime(app.call('checkpoint.import', { path: tokens[1] }), 'checkpoint.import')
  const going: Promise<void>[] = []
  for (const { name, input, times, isAwaited, isStranger, pick } of calls) {
    const sent = withKnown(input, await knownThings(app, tokens), pick)
    // A flood of what starts processes would measure the machine.
    const isFlood = times > 5 && name !== 'study.launch' && name !== 'system.doctor'
    const here = Array.from({ length: isFlood ? times : Math.min(times, 5) }, () =>
      inTime(app.call(name, sent, isStranger), String(name)),
    )
    going.push(...here)
    if (isAwaited) await Promise.all(here)
  }
  await Promise.all(going)
}

it(
  `${numSequences} sequences of calls end in coded answers and leave everything outside LAB_HOME alone (seed ${seed})`,
  async () => {
    const before = everythingOutside()
    const strayed: string[] = []
    const stop = judgeFileCalls((call) => {
      if (isChange(call))
        strayed.push(
          ...call.paths
            .slice(0, call.name === 'open' ? 1 : undefined)
            .filter((path) => !resolve(path).startsWith(join(root, 'home-'))),
        )
      return null
    })
    let app: HeadlessApp | null = null
    try {
      for (let sequence = 0; sequence < numSequences; sequence++) {
        if (app === null || sequence % perHome === 0) {
          await app?.close()
          app = new HeadlessApp({
            home: mkdtempSync(join(root, 'home-')),
            enginePath,
            chosen: [join(outside, 'RTE')],
          })
        }
        // Drawn one by one: fast-check cannot print values as deep as these.
        const [calls = []] = fc.sample(sequences, { numRuns: 1, seed: seed + sequence })
        const what = `the sequence of ADDROP_SEED=${seed + sequence}`
        await carryOut(app, calls)
        expect(app.defects, what).toEqual([])
        expect(app.sequenceNumbers, what).toEqual(app.sequenceNumbers.map((_, index) => index + 1))
        expect(strayed, what).toEqual([])
      }
    } finally {
      await app?.close()
      stop()
    }
    expect(everythingOutside()).toEqual(before)
  },
  60_000 + 20_000 * numSequences,
)
