/**
 * Every file that the lab reads, with random damage, or something else in its place: it is read, or refused with a code and
 * a sentence, in a bounded time and memory. Data files have `datasets/mutated-files.test.ts`. The long form:
 * `LAB_MUTATED_FILES=10000 npx vitest run --project main tools/reliability/mutated-files.test.ts`.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { damage, damaged } from '@main/testing/damaged-bytes.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { LabError } from '@shared/failures/failure.ts'
import { readableFiles, type ReadableFile } from './readable-files.ts'

const numFiles = Number(process.env['LAB_MUTATED_FILES'] ?? 60)
const seed = Number(process.env['ADDROP_SEED'] ?? 1)
/** Of the processor's time: a busy machine makes no reader slower; what hangs ends with the test. */
const mostCpuMs = 5000
const mostBytes = 1024 ** 3

let root = ''
let files: readonly ReadableFile[] = []
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mutated-files-'))
  files = await readableFiles(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
// Engines that are refused something say so on standard error.
beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true))
afterEach(() => vi.restoreAllMocks())

/** What may stand where a file should, by name. */
const inItsPlace: Readonly<Record<string, (path: string) => void>> = {
  nothing: (path) => rmSync(path),
  'an empty file': (path) => truncateSync(path, 0),
  'a folder': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
  'a pipe that nobody writes to': (path) => {
    rmSync(path)
    execFileSync('mkfifo', [path])
  },
  'a device without end': (path) => {
    rmSync(path)
    symlinkSync('/dev/zero', path)
  },
  'a link to nowhere': (path) => {
    rmSync(path)
    symlinkSync('/nowhere/at/all', path)
  },
  'a link to itself': (path) => {
    rmSync(path)
    symlinkSync(path, path)
  },
  'five gigabytes of nothing': (path) => truncateSync(path, 5 * 1024 ** 3),
  'only zeros': (path) => writeFileSync(path, Buffer.alloc(5000)),
}

/** Reads a copy after something was done to the file; what is wrong with how that went. */
async function readAfter(file: ReadableFile, change: (path: string) => void, what: string): Promise<void> {
  const folder = mkdtempSync(join(root, 'copy-'))
  cpSync(file.folder, folder, { recursive: true })
  change(join(folder, file.file))
  const before = process.cpuUsage()
  try {
    await file.read(folder)
    requireCodedRuns(folder, what)
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw new Error(`${what}: ${String(thrown)}`, { cause: thrown })
    expect(thrown.code, `${what}: ${thrown.message}`).not.toBe('internal-error')
    expect(thrown.message, what).not.toBe('')
    expect(thrown.message.length, what).toBeLessThan(5000)
  }
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000, what).toBeLessThan(mostCpuMs)
  expect(process.memoryUsage().rss, what).toBeLessThan(mostBytes)
  rmSync(folder, { recursive: true, force: true })
}

/** A run that ended badly has a code too. */
function requireCodedRuns(folder: string, what: string): void {
  let failure
  try {
    failure = RunFolder.open(join(folder, 'home'), 'r-000000000000').read().failure
  } catch {
    return
  }
  expect(failure?.code, `${what}: ${failure?.message}`).not.toBe('internal-error')
}

it('reads every file when it is whole', async () => {
  for (const file of files) await file.read(file.folder)
})

it.each(Object.keys(inItsPlace))('refuses or does without %s in the place of any file', async (name) => {
  for (const file of files) await readAfter(file, inItsPlace[name]!, `${name} as ${file.name}`)
})

it(
  `reads or refuses ${numFiles} damaged files (seed ${seed})`,
  async () => {
    const damages = fc.array(damage, { minLength: 1, maxLength: 3 })
    for (let index = 0; index < numFiles; index++) {
      const file = files[index % files.length]!
      const [done = []] = fc.sample(damages, { numRuns: 1, seed: seed + index })
      const what = `${file.name}, ${done.map(({ kind, at }) => `${kind} at ${at}`).join(', ')} (${index})`
      await readAfter(file, (path) => writeFileSync(path, done.reduce(damaged, readFileSync(path))), what)
    }
  },
  60_000 + 5_000 * numFiles,
)
