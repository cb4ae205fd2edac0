/** Files that are meant otherwise than they read: the person is told, or asked for the one step that helps. */
import { describe, expect, it } from 'vitest'
import { importFiles, notesOf, refusalOf, rowsOf, type DataFiles } from './testing/data-folder.ts'

const good = { 'train.csv': 'text,label\na,pos\nb,neg\n' }
const numbered = '{"text":"a","label":1}\n{"text":"b","label":0}\n'

describe('several labels of one text', () => {
  it.each([
    ['lists of several', '{"text":"a","labels":[1,0]}\n{"text":"b","labels":[0]}\n'],
    ['lists of one', '{"text":"a","labels":[1]}\n{"text":"b","labels":[0]}\n'],
  ])('in JSON are refused as that: %s', async (_, content) => {
    const refusal = refusalOf(await importFiles({ 'train.jsonl': content }))

    expect(refusal.message).toBe(
      'train.jsonl: the label on line 1 is a list; the lab trains with one label a text.',
    )
    expect(refusal.hint).toMatch(/^Write the label itself/)
  })

  it.each([
    ['a printed list', 'text,labels\na,"[0, 1]"\nb,[1]\n', '[0, 1]'],
    ['names with commas', 'text,labels\na,"joy,anger"\nb,joy\nc,"anger,joy"\n', 'anger,joy'],
    ['names with bars', 'text,labels\na,joy|anger\nb,joy\nc,anger\n', 'joy|anger'],
  ])('in one field are told: %s', async (_, content, label) => {
    expect(notesOf(await importFiles({ 'train.csv': content }))).toContain(
      `The label "${label}" looks like several labels of one text; every combination counts as a class of its own.`,
    )
  })

  it('are not seen in names that only have commas', async () => {
    const outcome = await importFiles({ 'train.csv': 'text,label\na,"Rome, Italy"\nb,"Paris, France"\n' })

    expect(notesOf(outcome)).not.toMatch(/several labels/)
  })
})

describe('descriptions of labels', () => {
  const names = '{"features":{"label":{"names":["neg","pos"],"_type":"ClassLabel"}}}'
  it.each([
    ['dataset_infos.json', `{"default": ${names}}`],
    ['dataset_info.json', `\uFEFF${names}`],
    ['dataset_info.json', '{"features":{"label":{"names":{"0":"neg","1":"pos"}}}}'],
    [
      'dataset_info.json',
      '{"features":[{"name":"label","dtype":{"class_label":{"names":{"0":"neg","1":"pos"}}}}]}',
    ],
  ])('name numbers: %s %s', async (name, content) => {
    expect(rowsOf(await importFiles({ 'train.jsonl': numbered, [name]: content }))['train']).toEqual([
      ['a', 'pos'],
      ['b', 'neg'],
    ])
  })

  it('that differ between configurations are not used', async () => {
    const infos = `{"one": ${names}, "two": ${names.replace('"neg","pos"', '"pos","neg"')}}`
    const card =
      "---\ndataset_info:\n- config_name: one\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': neg\n          '1': pos\n- config_name: two\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': pos\n          '1': neg\n---\n"

    for (const beside of [{ 'dataset_infos.json': infos }, { 'README.md': card }])
      expect(await importFiles({ 'train.jsonl': numbered, ...beside })).toMatchObject({
        parsed: { labels: ['0', '1'] },
      })
  })

  it('that name too few labels are not used, and that is told', async () => {
    const outcome = await importFiles({
      'train.jsonl': `${numbered}{"text":"c","label":2}\n`,
      'dataset_info.json': names,
    })

    expect(outcome).toMatchObject({ parsed: { labels: ['0', '1', '2'] } })
    expect(notesOf(outcome)).toMatch(/2 names were found .* but the label 2 is not among them/)
  })

  it('help where one file has numbers and the other names', async () => {
    const files = { 'train.csv': 'text,label\na,0\nb,1\n', 'dev.csv': 'text,label\nc,neg\nd,pos\n' }
    const refusal = refusalOf(await importFiles(files))
    const outcome = await importFiles({ ...files, 'dataset_info.json': names })

    expect(refusal.message).toBe(
      'dev.csv has the labels neg, pos, but train.csv has 0, 1: numbers in one, names in the other.',
    )
    expect(refusal.hint).toContain('dataset_info.json')
    expect(rowsOf(outcome)).toMatchObject({
      train: [
        ['a', 'neg'],
        ['b', 'pos'],
      ],
      validation: [
        ['c', 'neg'],
        ['d', 'pos'],
      ],
    })
  })
})

describe('texts that look damaged or wrapped', () => {
  it.each([
    ['single quotes', "text,label\n'a',1\n'b',0\n", /Every text stands in single quotes/],
    ['typographic quotes', 'text,label\n“a”,1\n“b”,0\n', /Every text stands in typographic quotes/],
    ['Python bytes', "text,label\nb'a',1\nb'b',0\n", /in the form of Python bytes/],
    [
      'a second decoding',
      'text,label\nthe cafÃ© wasnâ€™t open,1\nb,0\n',
      /1 text has signs that UTF-8 gives/,
    ],
    ['lost characters', 'text,label\nthe caf\uFFFD,1\nb,0\n', /1 text has the replacement character/],
    ['spreadsheet errors', 'text,label\n#NAME?,1\nb,0\n', /1 text has the error of a spreadsheet/],
  ])('are told: %s', async (_, content, note) => {
    expect(notesOf(await importFiles({ 'train.csv': content }))).toMatch(note)
  })

  it('are not seen in good ones', async () => {
    const content = "text,label\n'twas “fine” in São Paulo,1\nÂngela’s b'day,0\n"

    expect(notesOf(await importFiles({ 'train.csv': content }))).toBe(
      'Columns: texts from "text", labels from "label".',
    )
  })
})

describe('labels with signs that are not seen', () => {
  it('are one label', async () => {
    const content = 'text,label\na,po\u00ads\nb,neg\nc,\u200epos\u202c\nd,pos\n'

    expect(await importFiles({ 'train.csv': content })).toMatchObject({ parsed: { labels: ['neg', 'pos'] } })
  })
})

describe('labels kept secret by a placeholder', () => {
  it.each(['?', '-', 'unknown', 'N/A', 'None'])('are none: %s', async (placeholder) => {
    const outcome = await importFiles({
      ...good,
      'test.csv': `text,label\na,${placeholder}\nb,${placeholder}\n`,
    })

    expect(rowsOf(outcome)['test']).toEqual([
      ['a', undefined],
      ['b', undefined],
    ])
    expect(notesOf(outcome)).toMatch(/marks hidden labels/)
  })

  it('count where training has them', async () => {
    const outcome = await importFiles({
      'train.csv': 'text,label\na,unknown\nb,known\n',
      'test.csv': 'text,label\nc,unknown\n',
    })

    expect(rowsOf(outcome)['test']).toEqual([['c', 'unknown']])
  })
})

describe('files that are the same', () => {
  it('are told', async () => {
    const outcome = await importFiles({ ...good, 'dev.csv': good['train.csv'] })

    expect(notesOf(outcome)).toMatch(/dev\.csv and train\.csv are the same file/)
  })
})

describe('forms that are refused with their name and the step', () => {
  it.each<readonly [string, DataFiles, RegExp, RegExp]>([
    ['fastText', { 'train.txt': '__label__pos warm\n__label__neg dull\n' }, /fastText's form/, /two columns/],
    ['tuples', { 'train.txt': "('a', 1)\n('b', 0)\n" }, /Python's lists or tuples/, /csv module/],
    ['dictionaries', { 'train.txt': "{'text': 'a', 'label': 1}\n" }, /in single quotes/, /one object a line/],
    ['tabs as two signs', { 'train.tsv': 'text\\tlabel\na\\t1\n' }, /two signs \\t/, /real tabs/],
    ['JSON twice', { 'train.jsonl': '"{\\"text\\":\\"a\\"}"\n' }, /encoded twice/, /one object a line/],
    ['comments', { 'train.json': '// x\n[{"text":"a","label":1}]' }, /is a comment/, /one object a line/],
    [
      'rows without names',
      { 'train.json': '{"columns":["text"],"data":[["a",1],["b",0]]}' },
      /rows without names/,
      /orient="split"/,
    ],
    [
      'rows by number',
      { 'train.json': '{"0":{"text":"a","label":1},"1":{"text":"b","label":0}}' },
      /whose values are the rows/,
      /orient="index"/,
    ],
    [
      'all splits in one',
      { 'train.json': '{"train":[{"text":"a","label":1}],"dev":[{"text":"b","label":0}]}' },
      /2 lists \(train, dev\)/,
      /a file of its own: train\.json, dev\.json/,
    ],
    [
      'an HTML table',
      { 'train.csv': '<table border="1"><tr><td>a</td></tr></table>' },
      /an HTML table/,
      /CSV UTF-8/,
    ],
    [
      'a workbook in XML',
      { 'train.csv': '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>' },
      /workbook in XML/,
      /CSV UTF-8/,
    ],
    [
      'an Arrow stream',
      { 'train.csv': Buffer.from('ffffffff7001000010000000', 'hex') },
      /an Arrow file/,
      /Dataset\.from_file/,
    ],
    [
      'a data set saved by the library',
      { 'dataset_dict.json': '{}', 'train/data-00000-of-00001.arrow': 'x' },
      /holds no data set/,
      /load_from_disk/,
    ],
    ['Parquet inside', { 'data/train-00000-of-00001.parquet': 'PAR1' }, /holds no data set/, /read_parquet/],
    [
      'lines in quotes as a whole',
      { 'train.csv': '"text,label"\n"""warm, kind"",1"\n"dull,0"\n' },
      /quotes around every line/,
      /Take the quotes at both ends/,
    ],
    [
      'a title before the header',
      { 'train.csv': 'My survey,,\n,,\ntext,label,\nwarm,1,\ndull,0,\n' },
      /names its columns on line 3 \(text, label, \(no name\)\)/,
      /Delete the lines before it/,
    ],
    [
      'texts deeper in the rows',
      { 'train.json': '[{"id":1,"data":{"text":"a"}},{"id":2,"data":{"text":"b"}}]' },
      /in the object that the key "data" holds/,
      /into the row itself/,
    ],
    [
      'the answer of a server of data sets',
      { 'train.json': '{"features":[{"name":"text"}],"rows":[{"row_idx":0,"row":{"text":"a","label":1}}]}' },
      /key "rows" holds a list/,
      /Write that list alone/,
    ],
    [
      'a hidden ending',
      { 'train.csv.txt': good['train.csv'] },
      /holds no data set/,
      /rename it to train\.csv/,
    ],
    ['no ending', { train: good['train.csv'] }, /holds no data set/, /rename it to train\.csv/],
    ['a folder like a file', { ...good, 'dev.csv/dev.csv': 'x' }, /dev\.csv is a folder/, /Move the file/],
  ])('%s', async (_, files, message, hint) => {
    const refusal = refusalOf(await importFiles(files))

    expect(refusal.message).toMatch(message)
    expect(refusal.hint).toMatch(hint)
  })

  it.each(['^', '~', ':', '§'])('the separator %s is advised, and read', async (sign) => {
    const content = `text${sign}label\nwarm, kind${sign}1\ndull${sign}0\n`
    const { hint } = refusalOf(await importFiles({ 'train.csv': content }))
    const outcome = await importFiles({ 'train.csv': content }, { reading: { delimiter: sign } })

    expect(hint).toBe(`Import it with --delimiter "${sign}".`)
    expect(rowsOf(outcome)['train']?.[0]).toEqual(['warm, kind', '1'])
  })
})
