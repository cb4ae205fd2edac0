/**
 * Data files with random damage are read, or refused with a code and a step, in a bounded time; never a bug's error. The
 * long form: `LAB_RANDOM_TABLES=10000`, as for random-dialects.test.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { damage, damaged } from '@main/testing/damaged-bytes.ts'
import { LabError } from '@shared/failures/failure.ts'
import { importDataset } from './import-dataset.ts'

const files = Number(process.env['LAB_RANDOM_TABLES'] ?? 300)
const seed = Number(process.env['LAB_RANDOM_SEED'] ?? process.env['ADDROP_SEED'] ?? 1)
/** Of the whole test in its long form. */
const longestMs = Math.max(300_000, files * 200)
/** Of one file, on a machine that does other things too. */
const mostMs = 5000
const folder = mkdtempSync(join(tmpdir(), 'mutated-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = Array.from(
  { length: 12 },
  (_, row) => [`a "warm" film, number ${row}\n— très bon`, String(row % 2)] as const,
)
const quoted = (delimiter: string): string =>
  rows.map(([text, label]) => `"${text.replaceAll('"', '""')}"${delimiter}${label}\n`).join('')
const sources: readonly (readonly [string, Buffer])[] = [
  ['train.csv', Buffer.from(`text,label\n${quoted(',')}`)],
  [
    'train.tsv',
    Buffer.from(
      `sentence\tlabel\n${rows.map(([text, label]) => `${text.replace('\n', ' ')}\t${label}\n`).join('')}`,
    ),
  ],
  ['train.txt', Buffer.from(`\uFEFFtext;label\r\n${quoted(';').replaceAll('\n', '\r\n')}`, 'utf16le')],
  ['train.jsonl', Buffer.from(rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join(''))],
  [
    'train.json',
    Buffer.from(
      JSON.stringify(
        rows.map(([text, label]) => ({ text, label })),
        null,
        1,
      ),
    ),
  ],
]

it(
  `reads or refuses ${files} damaged files (seed ${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async ([name, content], all) => {
          const path = join(folder, name)
          writeFileSync(path, all.reduce(damaged, content))
          const begin = performance.now()
          try {
            const parsed = await importDataset([path])
            for (const problem of parsed.problems) expect(problem.message).not.toBe('')
          } catch (thrown) {
            if (!(thrown instanceof LabError)) throw thrown
            expect(thrown.code).not.toBe('internal-error')
            expect(thrown.hint).not.toBe('')
          }
          expect(performance.now() - begin).toBeLessThan(mostMs)
        },
      ),
      { numRuns: files, seed },
    )
  },
  longestMs,
)
