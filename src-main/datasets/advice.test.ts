/** Every hint names a step; the step is taken here as it stands, and the import then succeeds. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { advisedReading } from '@shared/contracts/advised-reading.ts'
import { importDataset } from './import-dataset.ts'
import { importFiles, refusalOf, rowsOf, type DataFiles } from './testing/data-folder.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const table = (line: Buffer, rest: string): Buffer =>
  Buffer.concat([Buffer.from('text,label\n'), line, Buffer.from(rest)])

describe('options that a hint names', () => {
  it.each<readonly [string, string | Uint8Array, string, readonly (readonly [string, string])[]]>([
    [
      'windows-1251',
      table(bytes('eef7e5edfc20f5eef0eef8ee'), ',1\ndull,0\n'),
      'train.csv',
      [['очень хорошо', '1']],
    ],
    ['windows-1252', table(bytes('636166e9'), ',1\ndull,0\n'), 'train.csv', [['café', '1']]],
    [
      'koi8-r',
      table(bytes('cfdec5ced820c8cfd2cfdbcf'), ',1\ndull,0\n'),
      'train.csv',
      [['очень хорошо', '1']],
    ],
    [
      'shift_jis',
      table(bytes('82c682c482e097c782a289668ae682c582b7'), ',1\ndull,0\n'),
      'train.csv',
      [['とても良い映頑です', '1']],
    ],
    [
      'gb18030',
      table(bytes('b7c7b3a3bac3b5c4b5e7d3b0'), ',1\ndull,0\n'),
      'train.csv',
      [['非常好的电影', '1']],
    ],
    [
      'euc-kr',
      table(bytes('bec6c1d620c1c1c0ba20bfb5c8ad'), ',1\ndull,0\n'),
      'train.csv',
      [['아주 좋은 영화', '1']],
    ],
    ['an iso-2022-jp escape', table(bytes('1b2442245b1b2842'), ',1\ndull,0\n'), 'train.csv', [['ほ', '1']]],
    [
      'no header',
      'a warm film,1\na dull film,0\na grey film,0\na light film,1\n',
      'train.csv',
      [['a warm film', '1']],
    ],
    [
      'no header, tabs',
      'a warm film\tpos\na dull film\tneg\na grey film\tneg\na light film\tpos\n',
      'train.tsv',
      [['a warm film', 'pos']],
    ],
    [
      'columns with names of their own',
      'nr,opinion,verdict\n1,a warm film,yes\n2,a dull film,no\n3,a grey film,no\n',
      'train.csv',
      [['a warm film', 'yes']],
    ],
    [
      'names with spaces',
      'my opinion;my verdict\na warm film;yes\na dull film;no\na grey film;no\n',
      'train.csv',
      [['a warm film', 'yes']],
    ],
    [
      'a separator declared by a first line that has another',
      'sep=;\ntext,label\na,1\nb,0\n',
      'train.csv',
      [['a', '1']],
    ],
    ['names with a known word in them', 'Text (en),Label\na,1\nb,0\n', 'train.csv', [['a', '1']]],
    [
      'answers that are labels',
      '{"question":"is it warm?","passage":"it is a warm day","answer":true}\n{"question":"is it cold?","passage":"it is a cold day","answer":false}\n{"question":"is it late?","passage":"it is early","answer":false}\n',
      'train.jsonl',
      [['is it warm?', 'true']],
    ],
    ['one name twice', 'text,text,label\na,b,1\nc,d,0\n', 'train.csv', [['a', '1']]],
    ['labels as numbers', 'text,label\na,1\nb,0\nc,1.0\n', 'train.csv', [['a', '1']]],
    ['labels in case', 'text,label\na,Yes\nb,no\nc,yes\n', 'train.csv', [['a', 'Yes']]],
    ['quotes that may wrap or not', 'text\tlabel\n"a"\t1\n"b"\t0\n', 'train.tsv', [['a', '1']]],
    ['a quote that never ends', 'text,label\n"a,1\nb,0\n', 'train.csv', [['"a', '1']]],
  ])('help: %s', async (_, content, name, expected) => {
    const refusal = refusalOf(await importFiles({ [name]: content }))
    const reading = advisedReading(refusal.hint)
    expect(refusal.code).not.toBe('dataset-problem-rows')
    expect(Object.keys(reading), refusal.hint).not.toEqual([])

    const rows = await rowsWith({ [name]: content }, reading)

    expect(rows.length).toBeGreaterThan(1)
    expect(rows.slice(0, expected.length)).toEqual(expected)
  })

  it('help a pair of texts without a header', async () => {
    const row = (label: string): string => `He was tired of it all\tHe had never been there\t${label}\n`
    const files = {
      'dev.tsv':
        row('neutral') + row('entailment') + row('neutral') + row('contradiction').replace('He', 'She'),
    }
    const refusal = refusalOf(await importFiles(files))
    const outcome = await importFiles(files, { reading: advisedReading(refusal.hint) })

    expect(refusal.hint).toBe(
      'Say which column is which: --no-header --text-column 1 --pair-column 2 --label-column 3.',
    )
    expect(outcome).toMatchObject({
      parsed: { hasPairs: true, labels: ['contradiction', 'entailment', 'neutral'] },
    })
  })

  it('help where two separators fit every row', async () => {
    const files = { 'train.csv': 'a warm, fine film;good\na dull, slow film;bad\na grey, dim film;bad\n' }
    const refusal = refusalOf(await importFiles(files))
    const outcome = await importFiles(files, {
      reading: { delimiter: ';', header: false, textColumn: '1', labelColumn: '2' },
    })

    expect(refusal.hint).toBe('Say which: --delimiter "," or --delimiter ";".')
    expect(rowsOf(outcome)['train']?.[0]).toEqual(['a warm, fine film', 'good'])
  })

  it('help a task for single texts whose file has pairs', async () => {
    const files = { 'train.csv': 'sentence1,sentence2,label\na,b,1\nc,d,0\n' }
    const refusal = refusalOf(await importFiles(files, { task: 'sst2' }))
    const outcome = await importFiles(files, { task: 'sst2', reading: advisedReading(refusal.hint) })

    expect(refusal.code).toBe('task-mismatch')
    expect(rowsOf(outcome)['train']).toEqual([
      ['a', '1'],
      ['c', '0'],
    ])
  })
})

/** Follows options until they suffice: one hint may lead to the next. */
async function rowsWith(
  files: DataFiles,
  reading: ReturnType<typeof advisedReading>,
): Promise<(readonly [string, string | number | undefined])[]> {
  const outcome = await importFiles(files, { reading })
  if ('parsed' in outcome) return rowsOf(outcome)['train'] ?? []
  const more = advisedReading(outcome.refusal.hint)
  expect(Object.keys(more), outcome.refusal.hint).not.toEqual([])
  return rowsOf(await importFiles(files, { reading: { ...more, ...reading } }))['train'] ?? []
}

describe('hints without a value for an option', () => {
  it.each([
    'Name the columns of texts and labels in the first line, or by options (--text-column, --label-column).',
    "Give one of these names, or the column's number counted from 1, as --text-column.",
    'Check that this is the column of the labels; if it is another, name it with --label-column.',
    'If they are scores, import with --task regression; if the labels are in another column, name it with --label-column.',
  ])('advise no reading: %s', (hint) => {
    expect(advisedReading(hint)).toEqual({})
  })
})

describe('steps that a hint asks of a person', () => {
  it.each<readonly [string, DataFiles, RegExp, DataFiles]>([
    [
      'deleting the comma behind an object',
      { 'train.jsonl': '{"text":"a","label":1},\n{"text":"b","label":0}\n{"text":"c","label":0}\n' },
      /A comma follows the object; in JSON Lines there is none\. Delete it\./,
      { 'train.jsonl': '{"text":"a","label":1}\n{"text":"b","label":0}\n{"text":"c","label":0}\n' },
    ],
    [
      'writing the inner list alone',
      { 'train.json': '{"data":[{"text":"a","label":1},{"text":"b","label":0}]}' },
      /Write that list alone/,
      { 'train.json': '[{"text":"a","label":1},{"text":"b","label":0}]' },
    ],
    [
      'writing the score with a point',
      { 'train.csv': 'text,score\na,"4,6"\nb,3.0\n' },
      /Write it with a point: 4\.6/,
      { 'train.csv': 'text,score\na,4.6\nb,3.0\n' },
    ],
    [
      'doubling quotes',
      { 'train.csv': 'text,label\n"a" b, c,1\n"x, y",0\nz,0\n' },
      /Double the quotes that belong to a text/,
      { 'train.csv': 'text,label\n"""a"" b, c",1\n"x, y",0\nz,0\n' },
    ],
    [
      'one kind of line end',
      { 'test.csv': 'sentence\na\rb\nc\n' },
      /Save the file with one kind of line end/,
      { 'test.csv': 'sentence\na\nb\nc\n' },
    ],
  ])('help: %s', async (_, files, step, mended) => {
    const refusal = refusalOf(await importFiles(files, { task: taskOf(files) }))

    expect(`${refusal.message} ${refusal.hint}`).toMatch(step)
    expect(
      Object.values(rowsOf(await importFiles(mended, { task: taskOf(files) })))[0]?.length,
    ).toBeGreaterThan(1)
  })

  const taskOf = (files: DataFiles): 'sst2' | undefined => ('test.csv' in files ? 'sst2' : undefined)

  it('help: choosing the folder inside', async () => {
    const files = { 'data/train.csv': 'text,label\na,1\nb,0\n' }

    expect(refusalOf(await importFiles(files)).hint).toMatch(/^Choose its folder .*data\.$/)
  })

  it('leave a picture and a readme beside good files alone, and say so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beside-'))
    const paths = ['train.csv', 'photo.png', 'README.md'].map((name) => join(folder, name))
    await writeFile(paths[0]!, 'text,label\na,1\nb,0\n')
    await writeFile(paths[1]!, Buffer.from('\x89PNG\r\n', 'latin1'))
    await writeFile(paths[2]!, '# Notes\n\nSome words.\n')

    const parsed = await importDataset(paths)

    expect(parsed.splits['train']?.examples).toHaveLength(2)
    expect(parsed.notes.join('\n')).toMatch(/Left out: photo\.png, which is a PNG image/)
    expect(parsed.notes.join('\n')).toMatch(/Left out: README\.md, which has/)
    await rm(folder, { recursive: true })
    expect(existsSync(folder)).toBe(false)
  })
})
