/** Files that would hang a reader or fill the memory are refused before or while they are read. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { importDataset } from './import-dataset.ts'
import { importFiles, refusalOf, rowsOf } from './testing/data-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'limits-'))
afterAll(() => rmSync(home, { recursive: true }))

describe('files that are no regular files', () => {
  it.skipIf(process.platform === 'win32')(
    'are refused without waiting for them: a pipe, a socket, a folder',
    async () => {
      const pipe = join(home, 'pipe/train.csv')
      mkdirSync(join(home, 'pipe'))
      execFileSync('mkfifo', [pipe])
      const socket = join(home, 'dev.csv')
      const server = createServer().listen(socket)
      await new Promise((resolve) => server.once('listening', resolve))
      mkdirSync(join(home, 'folders/train.csv'), { recursive: true })

      await expect(importDataset([pipe])).rejects.toMatchObject({ code: 'file-unreadable' })
      await expect(importDataset([pipe])).rejects.toThrow(/train\.csv is a named pipe/)
      await expect(importDataset([join(home, 'pipe')])).rejects.toMatchObject({ code: 'file-unreadable' })
      await expect(importDataset([socket])).rejects.toThrow(/is a socket/)
      await expect(importDataset([join(home, 'folders')])).rejects.toMatchObject({
        code: 'dataset-unrecognized',
      })
      server.close()
    },
  )

  it.skipIf(!existsSync('/dev/zero'))('are refused before they fill the memory: a device', async () => {
    await expect(importDataset(['/dev/zero'])).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  it('are refused by their size before they are read', async () => {
    const path = join(home, 'huge.csv')
    writeFileSync(path, '')
    truncateSync(path, 500 * 1024 ** 2)

    await expect(importDataset([path])).rejects.toThrow(/has 500 MiB; at most 400 MiB are read/)
  })
})

describe('tables that grow without end', () => {
  it('are refused: ever new keys', async () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, row) => `{"text": "a", "label": ${row % 2}, "key-${row}": 1}`,
    )

    expect(refusalOf(await importFiles({ 'train.jsonl': lines.join('\n') }))).toMatchObject({
      code: 'file-unreadable',
      message: 'train.jsonl has more than 1,000 different keys.',
    })
  })

  it('are refused: ever more columns', async () => {
    const header = ['text', 'label', ...Array.from({ length: 2000 }, (_, column) => `c${column}`)].join(',')

    expect(refusalOf(await importFiles({ 'train.csv': `${header}\na,1\n` })).message).toBe(
      'train.csv has more than 1,000 columns.',
    )
  })

  it('tell rows that are far too long, and read the others', async () => {
    const long = 'word '.repeat(300_000)
    const csv = await importFiles({ 'train.csv': `text,label\na,1\n${long},0\nb,0\n` })
    const json = await importFiles({
      'train.jsonl': `{"text":"a","label":1}\n{"text":"${long}","label":0}\n{"text":"b","label":0}\n`,
    })

    expect(refusalOf(csv).message).toBe(
      'row 3: The row has 1,500,001 characters; at most 1,000,000 are read.',
    )
    expect(refusalOf(json).message).toMatch(/^row 2: The row has 1,500,0\d\d characters/)
  })

  it('keep a list of problems to a length that can be read, and count them all', async () => {
    const rows = Array.from({ length: 12_000 }, () => 'a')
    const outcome = await importFiles({ 'train.csv': `text,label\nb,1\nc,0\n${rows.join('\n')}\n` })
    const skipped = await importFiles(
      { 'train.csv': `text,label\nb,1\nc,0\n${rows.join(',,,x\n')},,,x\n` },
      { skipProblemRows: true },
    )

    expect(outcome).toMatchObject({ parsed: { problemRows: 12_000, skippedRows: 0 } })
    expect('parsed' in outcome && outcome.parsed.problems).toHaveLength(10_000)
    expect(skipped).toMatchObject({ parsed: { problemRows: 12_000, skippedRows: 12_000 } })
    expect('parsed' in skipped && skipped.parsed.splits['train']?.examples).toHaveLength(2)
  })

  it('with many rows of many lengths are read', async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `"text, number ${row}",${row % 2}`)

    expect(
      rowsOf(await importFiles({ 'train.csv': `text,label\n${rows.join('\n')}\n` }))['train'],
    ).toHaveLength(30_000)
  })
})
