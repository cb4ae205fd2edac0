/**
 * Tables in random forms are read back exactly or refused with a code, never misread. The long form:
 * `LAB_RANDOM_TABLES=10000 npx vitest run --project main src-main/datasets/random-dialects.test.ts`; `LAB_RANDOM_SEED`
 * repeats a run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { importDataset } from './import-dataset.ts'
import { writtenTable, type WrittenTable } from './testing/random-table.ts'

const tables = Number(process.env['LAB_RANDOM_TABLES'] ?? 300)
const seed = Number(process.env['LAB_RANDOM_SEED'] ?? process.env['ADDROP_SEED'] ?? 1)
const folder = mkdtempSync(join(tmpdir(), 'random-dialects-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What came out: the rows, or the code of the refusal. */
async function readBack({
  fileName,
  bytes,
  reading,
  rows,
}: WrittenTable): Promise<WrittenTable['rows'] | string> {
  const path = join(folder, fileName)
  writeFileSync(path, bytes)
  const isLabelled = rows.some(({ label }) => label !== undefined)
  try {
    const parsed = await importDataset([path], { task: isLabelled ? 'classification' : 'sst2', reading })
    if (parsed.problemRows > 0) return `problem rows: ${parsed.problems[0]!.code}`
    const [split] = Object.values(parsed.splits)
    return split!.examples.map(({ text, label }) => ({
      text,
      label: label === undefined ? undefined : parsed.labels[label],
    }))
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code !== 'internal-error' && thrown.hint !== '')
      return thrown.code
    throw thrown
  }
}

it(
  `reads ${tables} tables in random forms exactly or refuses them (seed ${seed})`,
  async () => {
    const refusals = new Map<string, number>()
    let read = 0
    await fc.assert(
      fc.asyncProperty(writtenTable, async (table) => {
        const found = await readBack(table)
        if (typeof found === 'string') refusals.set(found, (refusals.get(found) ?? 0) + 1)
        else {
          read += 1
          expect(found).toEqual(table.rows)
        }
      }),
      { numRuns: tables, seed },
    )
    // Refusing everything would be exact as well.
    const shown = [...refusals].map(([code, count]) => `${code} ${count}`).join(', ')
    process.stdout.write(`random tables: ${read} read, refused: ${shown || 'none'}; seed ${seed}\n`)
    expect(read / (tables - (refusals.get('file-encoding') ?? 0))).toBeGreaterThan(0.9)
  },
  Math.max(300_000, tables * 200),
)
