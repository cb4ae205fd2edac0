import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importDataset } from './import-dataset.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Writes a file below the test's folder and answers its path. */
async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}
const rteHeader = 'index\tsentence1\tsentence2\tlabel'
const rteRow = (index: number, label = 'entailment'): string =>
  `${index}\tA man sleeps.\tA man rests.\t${label}`
const lines = (...content: readonly string[]): string => `${content.join('\n')}\n`

describe('rows with a problem', () => {
  it('tells every kind with file, line and what was expected, and keeps the good rows', async () => {
    const path = await file(
      'RTE/train.tsv',
      lines(
        rteHeader,
        rteRow(0),
        '1\tonly one\tentailment',
        `${rteRow(2)}\textra`,
        rteRow(3, 'maybe'),
        '4\t \tB\tentailment',
      ),
    )

    const parsed = await importDataset([join(folder, 'RTE')])

    expect(parsed.task).toBe('rte')
    expect(parsed.problems.map(({ row, code }) => [row, code])).toEqual([
      [3, 'missing-column'],
      [4, 'extra-column'],
      [5, 'unknown-label'],
      [6, 'empty-text'],
    ])
    expect(parsed.problems.every((problem) => problem.file === path)).toBe(true)
    expect(parsed.problems[0]?.message).toBe(
      '3 columns found, 4 expected (index, sentence1, sentence2, label).',
    )
    expect(parsed.problems[2]?.message).toBe(
      'The label is "maybe"; one of entailment, not_entailment was expected.',
    )
    expect(parsed.splits['train']?.examples).toHaveLength(1)
    expect(parsed.skippedRows).toBe(0)
  })

  it('are left out for good, and counted, when the person says so', async () => {
    await file('RTE/train.tsv', lines(rteHeader, rteRow(0), rteRow(1, 'maybe'), rteRow(2, 'not_entailment')))

    const parsed = await importDataset([join(folder, 'RTE')], { skipProblemRows: true })

    expect(parsed.splits['train']?.examples.map((example) => example.label)).toEqual([0, 1])
    expect(parsed.skippedRows).toBe(1)
    expect(parsed.problems).toHaveLength(1)
  })

  it('do not hide the form of RTE or CoLA where no folder tells it', async () => {
    const rte = await file(
      'a/train.tsv',
      lines(rteHeader, rteRow(0), rteRow(1, 'maybe'), rteRow(2, 'not_entailment')),
    )
    const cola = await file(
      'b/train.tsv',
      lines('gj04\t1\t\tFine.', 'gj04\t0\t*\tBad is.', 'gj04\t1\tNo mark.'),
    )

    expect(await importDataset([rte])).toMatchObject({
      task: 'rte',
      problems: [{ row: 3, code: 'unknown-label' }],
    })
    expect(await importDataset([cola])).toMatchObject({
      task: 'cola',
      problems: [{ row: 3, code: 'missing-column' }],
    })
  })

  it('that are all of a file end the import even when they may be skipped', async () => {
    await file('RTE/train.tsv', lines(rteHeader, rteRow(1, 'maybe')))

    const reading = importDataset([join(folder, 'RTE')], { skipProblemRows: true })

    await expect(reading).rejects.toMatchObject({ code: 'dataset-problem-rows' })
    await expect(reading).rejects.toThrow(/line 2: The label is "maybe"/)
  })

  it('include scores that are no number or out of range', async () => {
    const header = 'index\tgenre\tsentence1\tsentence2\tscore'
    const scores = ['5.000', '0', '5.1', '-1', 'high', '', '0x3', '2.5e0']
    const path = await file('sts.tsv', lines(header, ...scores.map((score) => `0\tnews\tA\tB\t${score}`)))

    const parsed = await importDataset([path])

    expect(parsed.task).toBe('stsb')
    expect(parsed.problems.map(({ row, code }) => [row, code])).toEqual(
      [4, 5, 6, 7, 8].map((row) => [row, 'bad-score']),
    )
    expect(parsed.problems[0]?.message).toBe('The score is "5.1"; a number from 0 to 5 was expected.')
    expect(parsed.splits['sts']?.examples.map((example) => example.label)).toEqual([5, 0, 2.5])
  })

  it('include single lines that are not valid UTF-8', async () => {
    const start = Buffer.from('text,label\ndéjà vu, à côté,0\n"quoted over\ntwo caf'.replace(', ', ' '))
    const path = await file(
      'x.csv',
      Buffer.concat([start, Buffer.from([0xe9]), Buffer.from(' lines",1\nlast,1\n')]),
    )

    const parsed = await importDataset([path])

    expect(parsed.problems).toEqual([
      {
        file: path,
        row: 3,
        code: 'invalid-utf8',
        message: 'Line 4 is not valid UTF-8. Save the file as UTF-8.',
      },
    ])
    expect(parsed.splits['x']?.examples.map((example) => example.text)).toEqual(['déjà vu à côté', 'last'])
  })

  it('include odd rows of CoLA, told by the folder even if the first row is one', async () => {
    await file(
      'CoLA/train.tsv',
      lines('gj04\t1\tThe mark is missing.', 'gj04\t1\t\tFine.', 'gj04\t2\t*\tBad.'),
    )

    const parsed = await importDataset([join(folder, 'CoLA')])

    expect(parsed.task).toBe('cola')
    expect(parsed.problems.map(({ row, code }) => [row, code])).toEqual([
      [1, 'missing-column'],
      [3, 'unknown-label'],
    ])
    expect(parsed.splits['train']?.examples).toEqual([{ text: 'Fine.', label: 1 }])
  })

  it('include lines that are no JSON object and objects without a key', async () => {
    const path = await file(
      'x.jsonl',
      lines(
        '{"text":"a","label":1}',
        '{"text":"b"',
        '',
        '{"label":0}',
        '{"text":"c","label":null}',
        '{"text":"d","label":0}',
      ),
    )

    const parsed = await importDataset([path])

    expect(parsed.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'malformed-row'],
      [4, 'missing-column'],
      [5, 'missing-column'],
    ])
    expect(parsed.splits['x']?.examples.map((example) => example.text)).toEqual(['a', 'd'])
  })
})

describe('files that are no data', () => {
  it.each([
    ['an empty file', 'train.tsv', '', 'file-empty'],
    ['a file of white space', 'train.tsv', '\uFEFF\r\n\r\n', 'file-empty'],
    ['a header without rows', 'train.tsv', `${rteHeader}\n`, 'file-empty'],
    ['a file with NUL bytes', 'train.tsv', Buffer.from([0x74, 0, 0x0a, 0x41]), 'file-binary'],
    ['UTF-32 text', 'train.tsv', Buffer.from('fffe000074000000', 'hex'), 'file-encoding'],
    ['bytes that are mostly not UTF-8', 'train.tsv', Buffer.alloc(500, 0xe9), 'file-encoding'],
    ['a file without known columns', 'train.tsv', 'a\tb\n1\t2\n', 'dataset-unrecognized'],
    ['one JSON array', 'train.json', '[{"text":"a","label":1}]', 'dataset-unrecognized'],
    ['a quote that never ends', 'train.csv', 'text,label\nfine,1\n"open,0\nmore,1\n', 'dataset-unrecognized'],
    ['training rows without labels', 'train.csv', 'text\na\nb\n', 'dataset-unrecognized'],
    [
      'a thousand and one labels',
      'train.csv',
      lines('text,label', ...Array.from({ length: 1001 }, (_, i) => `a,${i}`)),
      'dataset-unrecognized',
    ],
    ['only one label', 'train.csv', 'text,label\na,1\nb,1\n', 'dataset-unrecognized'],
  ])('refuses %s, naming it', async (_, name, content, code) => {
    const path = await file(name, content)

    const reading = importDataset([path])

    await expect(reading).rejects.toMatchObject({ name: 'LabError', code })
    await expect(reading).rejects.toThrow(path)
  })

  it('refuses the whole data set when one of its files is defective', async () => {
    await file('RTE/train.tsv', lines(rteHeader, rteRow(0), rteRow(1, 'not_entailment')))
    await file('RTE/dev.tsv', '')

    await expect(importDataset([join(folder, 'RTE')])).rejects.toMatchObject({ code: 'file-empty' })
  })

  it('says where a quoted field begins that never ends', async () => {
    const path = await file('x.csv', 'text,label\n"two\nlines",1\n"open,0\nmore,1\n')

    await expect(importDataset([path])).rejects.toThrow(/on line 4 never ends/)
  })

  it('refuses what is not there, folders without data and two files of one split', async () => {
    await file('notes/README.md', 'none')
    const dev = await file('x/dev.tsv', lines(rteHeader, rteRow(0)))
    const validation = await file('x/validation.tsv', lines(rteHeader, rteRow(0)))

    await expect(importDataset([join(folder, 'gone.tsv')])).rejects.toMatchObject({ code: 'not-found' })
    await expect(importDataset([join(folder, 'notes')])).rejects.toThrow(
      /holds no data set: only README\.md in it/,
    )
    await expect(importDataset([dev, validation])).rejects.toThrow(/would be the validation split/)
  })

  it('refuses a task that needs another number of texts', async () => {
    const path = await file('train.csv', 'text,label\na,0\nb,1\n')

    const reading = importDataset([path], { task: 'rte' })

    await expect(reading).rejects.toMatchObject({ code: 'task-mismatch' })
    await expect(reading).rejects.toThrow(/RTE needs a pair of texts, .*its columns are text, label/)
  })
})

describe('forms of a file', () => {
  const expected = [
    { text: 'She said "no", twice.', label: 1 },
    { text: "it's", label: 0 },
  ]

  it.each([
    ['LF', '\n', ''],
    ['Windows line ends', '\r\n', ''],
    ['Windows line ends and a byte-order mark', '\r\n', '\uFEFF'],
    ['old Macintosh line ends', '\r', ''],
  ])(
    'reads TSV with %s, quotes being characters, the last line with or without an end',
    async (_, end, mark) => {
      const rows = ['sentence\tlabel', 'She said "no", twice.\t1', "it's\t0"]
      const closed = await file('a.tsv', `${mark}${rows.join(end)}${end}`)
      const open = await file('b.tsv', `${mark}${rows.join(end)}`)

      expect((await importDataset([closed])).splits['a']?.examples).toEqual(expected)
      expect((await importDataset([open])).splits['b']?.examples).toEqual(expected)
    },
  )

  it('reads CSV with quoting: commas, doubled quotes and line breaks inside fields', async () => {
    const path = await file(
      'x.csv',
      'label,text\r\n1,"She said ""no"", twice."\r\n0,it\'s\r\n1,"two\r\nlines"\r\nx,y,z\r\n',
    )

    const parsed = await importDataset([path])

    expect(parsed.splits['x']?.examples).toEqual([...expected, { text: 'two\nlines', label: 1 }])
    expect(parsed.problems.map(({ row, code }) => [row, code])).toEqual([[6, 'extra-column']])
  })

  it('keeps a field that opens with a quote in TSV a row of its own', async () => {
    const path = await file('x.tsv', lines('sentence\tlabel', '"open\t1', 'next\t0'))

    expect((await importDataset([path])).splits['x']?.examples).toEqual([
      { text: '"open', label: 1 },
      { text: 'next', label: 0 },
    ])
  })

  it('reads a folder of JSON Lines with splits of any name, numbers being labels', async () => {
    await file('sample/train.jsonl', lines('{"text":"a","label":10}', '{"text":"b","label":9}'))
    await file('sample/validation.jsonl', lines('{"text":"c","label":9}'))
    await file('sample/heldout.jsonl', lines('{"text":"d","label":10}'))
    await file('sample/log.jsonl', lines('{"level":"info"}'))
    await file('sample/notes.txt', 'none')

    const parsed = await importDataset([join(folder, 'sample')])

    expect(parsed).toMatchObject({
      name: 'sample',
      task: 'classification',
      labels: ['9', '10'],
      hasPairs: false,
    })
    expect(Object.keys(parsed.splits)).toEqual(['train', 'validation', 'heldout'])
    expect(parsed.splits['heldout']?.examples).toEqual([{ text: 'd', label: 1 }])
    expect(parsed.notes.join()).toMatch(/Left out: log\.jsonl/)
  })

  it('sorts label names, and takes those of the training split as the set', async () => {
    await file(
      's/train.jsonl',
      lines(
        '{"premise":"a","hypothesis":"b","label":"yes"}',
        '{"premise":"a","hypothesis":"b","label":"No"}',
      ),
    )
    await file('s/dev.jsonl', lines('{"premise":"a","hypothesis":"b","label":"maybe"}'))

    const parsed = await importDataset([join(folder, 's')])

    expect(parsed.labels).toEqual(['No', 'yes'])
    expect(parsed.hasPairs).toBe(true)
    expect(parsed.problems).toMatchObject([
      { file: join(folder, 's/dev.jsonl'), row: 1, code: 'unknown-label' },
    ])
  })

  it('takes numbers that are not whole for scores', async () => {
    const path = await file('x.csv', 'sentence1,sentence2,label\na,b,0.5\nc,d,2\n')

    const parsed = await importDataset([path])

    expect(parsed).toMatchObject({ task: 'regression', labels: [], hasPairs: true })
    expect(parsed.splits['x']?.examples).toEqual([
      { text: 'a', pair: 'b', label: 0.5 },
      { text: 'c', pair: 'd', label: 2 },
    ])
  })

  it('obeys the task and the name that are given, over folder and columns', async () => {
    await file('RTE/train.csv', 'text,label\na,1\nb,0\n')

    expect(await importDataset([join(folder, 'RTE')])).toMatchObject({ task: 'classification', name: 'RTE' })
    expect(await importDataset([join(folder, 'RTE')], { task: 'regression', name: 'mine' })).toMatchObject({
      task: 'regression',
      name: 'mine',
      labels: [],
    })
  })

  it('names a data set of several files after their folder, and a file with a name of its own after itself', async () => {
    const train = await file('reviews/train.csv', 'text,label\na,1\nb,0\n')
    const dev = await file('reviews/dev.csv', 'text,label\na,1\n')
    const own = await file('reviews/holidays.csv', 'text,label\na,1\nb,0\n')

    expect(await importDataset([train, dev])).toMatchObject({ name: 'reviews' })
    expect(await importDataset([train])).toMatchObject({ name: 'reviews' })
    expect(await importDataset([own])).toMatchObject({ name: 'holidays' })
  })

  it('survives files and columns named like members of every object', async () => {
    const path = await file('constructor.csv', 'toString,text,label\nx,a,__proto__\nx,b,constructor\n')

    const parsed = await importDataset([path])

    expect(parsed.labels).toEqual(['__proto__', 'constructor'])
    expect(Object.keys(parsed.splits)).toEqual(['constructor'])
  })
})
