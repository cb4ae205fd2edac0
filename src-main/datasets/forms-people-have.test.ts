/** Situations that users of other programs reported in public: read rightly, or refused with line, finding and step. */
import { describe, expect, it } from 'vitest'
import { importFiles, refusalOf, rowsOf } from './testing/data-folder.ts'

const dev = 'text,label\nfine,1\nbad,0\n'
const asClassification = { task: 'classification' } as const

describe('tables separated by tabs', () => {
  it('written by a CSV library lose the quotes around their fields, line ends and tabs inside included', async () => {
    const outcome = await importFiles({
      'train.tsv':
        'text\tlabel\n"he said ""no"" and went"\tneg\n"two\nlines"\tneg\n"a\ttab"\tpos\n"""good"", she wrote"\tpos\nplain\tpos\n',
      'dev.tsv': 'text\tlabel\nplain\tneg\nfine\tpos\n',
    })

    expect(rowsOf(outcome)).toEqual({
      train: [
        ['he said "no" and went', 'neg'],
        ['two\nlines', 'neg'],
        ['a\ttab', 'pos'],
        ['"good", she wrote', 'pos'],
        ['plain', 'pos'],
      ],
      validation: [
        ['plain', 'neg'],
        ['fine', 'pos'],
      ],
    })
    expect(outcome).toMatchObject({
      parsed: { dialect: { delimiter: '\t', quoting: 'on', encoding: 'utf-8' } },
    })
    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(
      /train\.tsv: Its fields are quoted as in CSV/,
    )
  })

  it.each([
    ['lone quotes', 'sentence\tlabel\n" at the start\t0\nthe 5" screen\t1\n"both ends"\t1\n'],
    ['quotes at both ends of one text', 'sentence\tlabel\nwarm\t0\n"both ends"\t1\n'],
    ['a quote that closes on the next line', 'sentence\tlabel\n"open\t0\nclosed" it is\t1\n'],
  ])('as GLUE writes them keep %s', async (_, train) => {
    const lines = train.trimEnd().split('\n').slice(1)

    expect(rowsOf(await importFiles({ 'train.tsv': train }))['train']).toEqual(
      lines.map((line) => line.split('\t')),
    )
  })

  it('that fit both readings are refused with both options', async () => {
    const refusal = refusalOf(await importFiles({ 'train.tsv': 'sentence\tlabel\n"one"\t0\n"two"\t1\n' }))

    expect(refusal.code).toBe('dataset-ambiguous')
    expect(refusal.hint).toMatch(/--quoting on .*--quoting off/)
  })
})

describe('forms that a random table found misread once', () => {
  const noHeader = { header: false, textColumn: '1', labelColumn: '2' } as const
  const reading = (change: object) => ({ ...asClassification, reading: change })

  it('a separator in quotes before an empty field', async () => {
    const table = 'a\tneg\t\nb\tpos\tx\nc\tneg\t\n"d \t"\tpos\t'
    const outcome = await importFiles({ 'train.csv': table }, reading(noHeader))
    expect(rowsOf(outcome)['train']?.at(-1)).toEqual(['d \t', 'pos'])
  })

  it.each([
    ['a carriage return beside quotes that are text', 'text\nx"\rx" y\nz\n', { quoting: 'off' }],
    ['two texts of one quote each, lines apart', 'a\tneg\n"\tneg\nb ""\tpos\n"\tneg\n', noHeader],
  ])('%s: refused', async (_, table, change) => {
    const outcome = await importFiles({ 'train.csv': table }, reading(change))
    expect(refusalOf(outcome)).toMatchObject({ code: 'dataset-ambiguous' })
  })

  it('a carriage return at the end of the file, a backslash at the end of a line', async () => {
    const ended = await importFiles({ 'train.csv': 'text,label\na,neg\nb,pos\r' }, asClassification)
    expect(rowsOf(ended)['train']?.at(-1)).toEqual(['b', 'pos'])
    const escaped = await importFiles({ 'train.csv': 'a,neg,\\"\\\nx",pos,' }, reading(noHeader))
    expect(rowsOf(escaped)['train']).toEqual([
      ['a', 'neg'],
      ['x"', 'pos'],
    ])
  })

  it('a first text in quotes over two lines, with an escaped quote in it, and no header', async () => {
    const outcome = await importFiles({ 'train.csv': '"a\n \\" warm"|neg\nb|pos\nc|neg' }, reading(noHeader))
    expect(rowsOf(outcome)['train']?.[0]).toEqual(['a\n " warm', 'neg'])
  })
})

describe('separators', () => {
  const expected = [
    ['warm, clever; kind', '1'],
    ['dull | grey', '0'],
  ]
  it.each([
    [';', 'csv', ''],
    [';', 'csv', 'sep=;\r\n'],
    [',', 'csv', 'sep=,\n'],
    ['|', 'txt', ''],
    [',', 'tsv', ''],
  ])('%j in a .%s file after %j is found', async (delimiter, extension, before) => {
    const quoted = expected.map(([text, label]) => [`"${text!}"`, label].join(delimiter))
    const train = `${before}text${delimiter}label\n${quoted.join('\n')}\n`

    const outcome = await importFiles({ [`train.${extension}`]: train })

    expect(rowsOf(outcome)['train']).toEqual(expected)
    expect(outcome).toMatchObject({ parsed: { dialect: { delimiter } } })
  })

  it('are declared where no name tells them', async () => {
    const train = 'warm and kind~1\ndull, and grey~0\n'
    const reading = { delimiter: '~', header: false, textColumn: '1', labelColumn: '2' } as const

    expect(rowsOf(await importFiles({ 'train.csv': train }, { reading }))['train']).toEqual([
      ['warm and kind', '1'],
      ['dull, and grey', '0'],
    ])
  })

  it('leave decimal commas to files that are not separated by commas', async () => {
    const semicolons = await importFiles({ 'train.csv': 'text;score\nwarm;4,6\ndull;0,25\n' })
    const commas = refusalOf(await importFiles({ 'train.csv': 'text,score\nwarm,"4,6"\ndull,"0,2"\n' }))

    expect(semicolons).toMatchObject({ parsed: { task: 'regression' } })
    expect(rowsOf(semicolons)['train']).toEqual([
      ['warm', 4.6],
      ['dull', 0.25],
    ])
    expect(refusalOf(await importFiles({ 'train.csv': 'text;score\na;1,500\nb;2,250\n' })).message).toContain(
      'Write it without a comma: 1.500 or 1500, whichever is meant.',
    )
    expect(commas.message).toContain(
      'row 2: The score is "4,6"; a number was expected. Write it with a point: 4.6.',
    )
  })
})

describe('lines', () => {
  it('before the header, empty ones, and empty fields behind the last column are left out', async () => {
    const train = '# exported on Monday\n\ntext,label\nwarm,1,\n\ndull,0,,\n,,\n'
    const outcome = await importFiles({ 'train.csv': train })

    expect(rowsOf(outcome)['train']).toEqual([
      ['warm', '1'],
      ['dull', '0'],
    ])
    expect('parsed' in outcome && outcome.parsed.notes.join(' ')).toMatch(
      /Line 1 is a comment.*1 line is empty \(line 5\)/,
    )
  })

  it.each(['\n', '\r\n', '\r'])('may end in %j, or in all kinds', async (end) => {
    const rows = ['text,label', '"warm, kind",1', 'dull,0']
    const mixed = 'text,label\n"warm, kind",1\r\ndull,0\r'

    expect(rowsOf(await importFiles({ 'train.csv': rows.join(end) }))['train']).toHaveLength(2)
    expect(rowsOf(await importFiles({ 'train.csv': mixed }))['train']).toHaveLength(2)
  })

  it('with a quote that never ends are named by where it opened', async () => {
    const refusal = refusalOf(await importFiles({ 'train.csv': 'text,label\n"a\nb",1\n"open,0\nmore,1\n' }))

    expect(refusal.message).toBe('train.csv: the quote that opens a field on line 4 never ends.')
  })

  it('of a Markdown table are refused as that', async () => {
    const table = '| text | label |\n|---|:-:|\n| a | 1 |\n| b | 0 |\n'

    expect(refusalOf(await importFiles({ 'train.csv': table })).message).toMatch(/is a Markdown table/)
  })

  it('with a separator too many say what it needs', async () => {
    const refusal = refusalOf(await importFiles({ 'train.csv': 'text,label\na,1\nb,0\nwarm, kind,1\n' }))

    expect(refusal.message).toBe(
      'row 4: 3 columns found, 2 expected (text, label). A text with commas in it needs quotes around it.',
    )
  })

  it('with text behind a closing quote are problems of their own', async () => {
    const refusal = refusalOf(
      await importFiles({ 'train.csv': 'text,label\n"a, b",1\n"so" he said, then,0\n"c, d",0\n' }),
    )

    expect(refusal.message).toMatch(/^row 3: Text follows a closing quote/)
  })
})

describe('names of columns', () => {
  it.each([
    ['text,target', 'train.csv'],
    ['review,sentiment', 'train.csv'],
    ['\u200bText\u00a0," Label "', 'train.csv'],
    ["'text','label'", 'train.csv'],
    ['Content,Class', 'train.csv'],
  ])('%j are known', async (header, name) => {
    expect(rowsOf(await importFiles({ [name]: `${header}\nwarm,1\ndull,0\n` }))['train']).toEqual([
      ['warm', '1'],
      ['dull', '0'],
    ])
  })

  it('of pairs are known, those of Quora too', async () => {
    const train =
      'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n0\t1\t2\tHow?\tWhy?\t1\n1\t3\t4\tWho?\tWhen?\t0\n'

    expect(await importFiles({ 'train.tsv': train })).toMatchObject({
      parsed: {
        hasPairs: true,
        labels: ['0', '1'],
        notes: [
          'Columns: texts from "question1", second texts from "question2", labels from "is_duplicate"; not used: id, qid1, qid2.',
        ],
      },
    })
  })

  it('may be missing for the numbers of rows', async () => {
    expect(
      rowsOf(await importFiles({ 'train.csv': ',text,label\n0,warm,1\n1,dull,0\n' }))['train'],
    ).toHaveLength(2)
    expect(
      rowsOf(await importFiles({ 'train.csv': '"text","label"\n"1","warm","a"\n"2","dull","b"\n' }))['train'],
    ).toEqual([
      ['warm', 'a'],
      ['dull', 'b'],
    ])
  })
})

describe('missing values and words that look like them', () => {
  it('stay texts; missing cells are named by row', async () => {
    const words = await importFiles({ 'train.csv': 'text,label\nnull,a\nNone,a\nNA,b\nnan,b\n' })
    const missing = refusalOf(await importFiles({ 'train.csv': 'text,label\nwarm,1\ndull,\n,0\ncold,0\n' }))

    expect(rowsOf(words)['train']?.map(([text]) => text)).toEqual(['null', 'None', 'NA', 'nan'])
    expect(missing.message).toBe(
      'row 3: The label is missing; one of 0, 1 was expected.\nrow 4: The column "text" is empty; a text was expected.',
    )
  })

  it.each([
    ['-', 'text,label\nwarm,a\ndull,b\ngrey,-\n', /The label "-" \(1 row\) counts as a class/],
    ['-1', 'text,label\nwarm,1\ndull,0\ngrey,-1\n', /The label -1 \(1 row\) counts as a class/],
    ['\\N', 'text,label\nwarm,1\ndull,0\ngrey,\\N\n', /The label "\\N" \(1 row\) counts as a class/],
  ])('such as %s among labels are told', async (_, train, note) => {
    const outcome = await importFiles({ 'train.csv': train })

    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(note)
  })

  it('are no labels over several lines', async () => {
    const refusal = refusalOf(await importFiles({ 'train.csv': 'text,label\na,"po\ns"\nb,neg\nc,pos\n' }))

    expect(refusal.message).toMatch(/^row 2: The label is "po\ns"; one of neg, pos was expected/)
  })

  it('as labels are told', async () => {
    const outcome = await importFiles({ 'train.csv': 'text,label\nwarm,1\ndull,0\ngrey,NA\n' })

    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(
      /The label "NA" \(1 row\) counts as a class/,
    )
  })
})

describe('JSON', () => {
  const expected = [
    ['warm', '1'],
    ['dull', '0'],
  ]
  it.each([
    ['an array', 'train.json', '[{"text": "warm", "label": 1},\n {"text": "dull", "label": "0"}]'],
    [
      'an array over lines, named .jsonl',
      'train.jsonl',
      '[\n{\n"text": "warm",\n"label": 1\n},\n{"text":"dull","label":0}\n]\n',
    ],
    [
      'JSON Lines named .json',
      'train.json',
      '{"text": "warm", "label": "1"}\n{"text": "dull", "label": "0"}\n',
    ],
    [
      'objects over several lines',
      'train.jsonl',
      '{\n "text": "warm",\n "label": 1\n}\n{\n "text": "dull", "label": 0\n}\n',
    ],
    [
      'JSON Lines named .csv',
      'train.csv',
      '{"text": "warm", "label": "1"}\n{"text": "dull", "label": "0"}\n',
    ],
    ['CSV named .jsonl', 'train.jsonl', 'text,label\nwarm,1\ndull,0\n'],
  ])('as %s is read', async (_, name, content) => {
    expect(rowsOf(await importFiles({ [name]: content }))['train']).toEqual(expected)
  })

  it.each([
    [
      'a list for a text',
      '{"text": ["warm"], "label": 1}',
      'The key "text" holds a list; a text was expected.',
    ],
    [
      'an object for a text',
      '{"text": {"en": "warm"}, "label": 1}',
      'The key "text" holds an object; a text was expected.',
    ],
    ['an object for a label', '{"text": "warm", "label": {"id": 1}}', 'The key "label" holds an object'],
    ['null for a label', '{"text": "warm", "label": null}', 'The key "label" holds null'],
    ['NaN', '{"text": "warm", "label": NaN}', 'The line has NaN, which JSON does not know. Write null'],
    ['a comma behind the object', '{"text": "warm", "label": 1},', 'A comma follows the object'],
    ['single quotes', "{'text': 'warm', 'label': 1}", 'Keys and texts are in single quotes'],
    ['a key twice', '{"text": "warm", "label": 1, "label": 0}', 'The object has the key "label" twice'],
    [
      'two objects',
      '{"text": "warm", "label": 1} {"text": "x", "label": 0}',
      'Several objects stand on one line',
    ],
    ['half an object', '{"text": "warm", "label": 1', 'An object or list is not closed'],
    [
      'deep nesting',
      `{"text": ${'['.repeat(30_000)}${']'.repeat(30_000)}, "label": 1}`,
      'The key "text" holds a list',
    ],
    [
      'a huge number',
      '{"text": "warm", "label": 12345678901234567890}',
      'The key "label" holds a number too large to be kept exactly',
    ],
  ])('with %s is refused by row', async (_, line, message) => {
    const content = `{"text": "a", "label": 0}\n{"text": "b", "label": 1}\n${line}\n{"text": "c", "label": 1}\n`

    expect(refusalOf(await importFiles({ 'train.jsonl': content })).message).toContain(`row 3: ${message}`)
  })

  it.each([
    [
      'a wrapped table',
      '{"data": [{"text": "a", "label": 0}]}',
      /one object whose key "data" holds a list of 1 entries/,
    ],
    [
      'a table by column',
      '{"text": {"0": "a"}, "label": {"0": 1}}',
      /a table column by column \(text, label\)/,
    ],
    [
      'a server message',
      '{"error": "Repository not found"}',
      /a server's message \("Repository not found"\)/,
    ],
    ['an open array', '[{"text": "a", "label": 0},\n{"text": "b"', /begins on line 2 never ends/],
  ])('that is %s is refused as that', async (_, content, message) => {
    expect(refusalOf(await importFiles({ 'train.json': content })).message).toMatch(message)
  })
})

describe('exports of the datasets library', () => {
  it('have test labels of -1, which are none', async () => {
    const jsonl = (label: number): string =>
      `{"sentence": "a", "label": ${label}}\n{"sentence": "b", "label": ${Math.abs(label) - 1}}\n`
    const outcome = await importFiles(
      {
        'train.jsonl': jsonl(1),
        'test.jsonl': '{"sentence": "c", "label": -1}\n{"sentence": "d", "label": -1}\n',
      },
      {},
      'sst2',
    )
    const scores = await importFiles(
      {
        'train.csv': 'sentence1,sentence2,label\na,b,4.5\nc,d,0.2\n',
        'test.csv': 'sentence1,sentence2,label\na,b,-1.0\n',
      },
      {},
      'stsb',
    )

    expect(rowsOf(outcome)['test']).toEqual([
      ['c', undefined],
      ['d', undefined],
    ])
    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(/test\.jsonl: Every label is -1/)
    expect(rowsOf(scores)['test']).toEqual([['a', undefined]])
  })

  it('keep -1 where it is a label', async () => {
    const outcome = await importFiles({
      'train.csv': 'text,label\na,-1\nb,1\n',
      'test.csv': 'text,label\nc,-1\n',
    })

    expect(rowsOf(outcome)['test']).toEqual([['c', '-1']])
  })

  it.each([
    ['RTE', 'rte', ['entailment', 'not_entailment']],
    ['WNLI', 'wnli', ['0', '1']],
    ['QNLI', 'classification', ['entailment', 'not_entailment']],
  ])('of %s have numbers for labels', async (folder, task, names) => {
    const row = (label: number): string =>
      `{"sentence1": "a", "sentence2": "b", "label": ${label}, "idx": 0}\n`
    const outcome = await importFiles({ 'train.jsonl': row(0) + row(1) }, {}, folder)

    expect(outcome).toMatchObject({ parsed: { task, labels: names } })
    expect(rowsOf(outcome)['train']?.map(([, label]) => label)).toEqual(names)
  })

  it.each([
    ['dataset_info.json', '{"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}'],
    [
      'README.md',
      "---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': neg\n          '1': pos\n---\n# Card\n",
    ],
  ])('have the names of labels in %s', async (name, content) => {
    const outcome = await importFiles({
      'train.jsonl': '{"text": "a", "label": 1}\n{"text": "b", "label": 0}\n',
      [name]: content,
    })

    expect(rowsOf(outcome)['train']).toEqual([
      ['a', 'pos'],
      ['b', 'neg'],
    ])
    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(/0 = neg, 1 = pos/)
  })
})

describe('scores', () => {
  it('may be texts in JSON', async () => {
    const line = (score: string): string => `{"sentence1": "a", "sentence2": "b", "label": "${score}"}\n`
    const outcome = await importFiles({ 'train.jsonl': line('4.6') + line('0') + line('3') })

    expect(outcome).toMatchObject({ parsed: { task: 'regression' } })
    expect(rowsOf(outcome)['train']?.map(([, score]) => score)).toEqual([4.6, 0, 3])
  })
})

describe('labels that differ only in their spelling', () => {
  it.each([
    [
      'as numbers',
      'text,label\na,1\nb,0\nc,1.0\n',
      'the labels "1" (train.csv, line 2) and "1.0" (train.csv, line 4) are equal as numbers',
      ['0', '1'],
    ],
    [
      'in case',
      'text,label\na,Positive\nb,negative\nc,positive\n',
      'the labels "Positive" (train.csv, line 2) and "positive" (train.csv, line 4) are equal but for case',
      ['Positive', 'negative'],
    ],
    [
      'in quotes',
      "text,label\na,pos\nb,neg\nc,'pos'\n",
      `the labels "pos" (train.csv, line 2) and "'pos'" (train.csv, line 4)`,
      ['neg', 'pos'],
    ],
  ])('%s are refused, or merged on request', async (_, train, message, labels) => {
    const refusal = refusalOf(await importFiles({ 'train.csv': train }))
    const merged = await importFiles({ 'train.csv': train }, { reading: { mergeLabels: true } })

    expect(refusal).toMatchObject({ code: 'dataset-ambiguous' })
    expect(refusal.message).toContain(message)
    expect(merged).toMatchObject({ parsed: { labels } })
    expect('parsed' in merged && merged.parsed.notes.join()).toMatch(/Merged into the label/)
  })

  it('are refused between files too, and unseen ones named', async () => {
    const train = 'text,label\nwarm,1\ndull,0\n'
    const other = await importFiles({ 'train.csv': train, 'dev.csv': 'text,label\nfine,1.0\nbad,0.0\n' })
    const unseen = await importFiles({ 'train.csv': train, 'dev.csv': 'text,label\nfine,2\n' })
    const fewer = await importFiles({ 'train.csv': `${train}light,2\n`, 'dev.csv': dev })

    expect(refusalOf(other).message).toContain('"1" (train.csv, line 2) and "1.0" (dev.csv, line 2)')
    expect(refusalOf(unseen).message).toBe('row 2: The label is "2"; one of 0, 1 was expected.')
    expect(rowsOf(fewer)['validation']).toHaveLength(2)
  })
})

describe('encodings', () => {
  const table = 'text,label\nun café “très” bon,1\nrien,0\n'
  const expected = [
    ['un café “très” bon', '1'],
    ['rien', '0'],
  ]
  const utf16 = Buffer.from(table, 'utf16le')
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${table}`), 'utf-8'],
    ['UTF-16 with a mark', Buffer.concat([Buffer.of(0xff, 0xfe), utf16]), 'utf-16le'],
    ['big-endian UTF-16 with a mark', Buffer.from(`\uFEFF${table}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16 without a mark', utf16, 'utf-16le'],
    ['big-endian UTF-16 without a mark', Buffer.from(table, 'utf16le').swap16(), 'utf-16be'],
  ])('that are certain are read: %s', async (_, bytes, encoding) => {
    const outcome = await importFiles({ 'train.csv': bytes, 'dev.csv': dev })

    expect(rowsOf(outcome)['train']).toEqual(expected)
    expect(outcome).toMatchObject({ parsed: { dialect: { encoding } } })
  })

  it('that are not are refused with the line and how it would read, and read when declared', async () => {
    // In windows-1251.
    const train = Buffer.concat([
      Buffer.from('text,label\n'),
      Buffer.from('eef7e5edfc20f5eef0eef8ee', 'hex'),
      Buffer.from(',1\ndull,0\n'),
    ])
    const refusal = refusalOf(await importFiles({ 'train.csv': train, 'dev.csv': dev }))
    const declared = await importFiles(
      { 'train.csv': train, 'dev.csv': dev },
      { reading: { encoding: 'cp1251' } },
    )

    expect(refusal).toMatchObject({ code: 'file-encoding' })
    expect(refusal.message).toBe(
      'train.csv is not UTF-8: line 2 is not valid. It looks like windows-1251, in which that line reads "очень хорошо,1".',
    )
    expect(rowsOf(declared)['train']?.[0]).toEqual(['очень хорошо', '1'])
  })

  it('with curly quotes and the euro sign are windows-1252, whatever Node makes of them', async () => {
    const train = Buffer.from('text,label\n\x935\x80\x94 \x96 caf\xe9,1\nx,0\n', 'latin1')
    const outcome = await importFiles({ 'train.csv': train }, { reading: { encoding: 'latin1' } })

    expect(rowsOf(outcome)['train']?.[0]).toEqual(['“5€” – café', '1'])
  })

  it('declared wrongly are not obeyed where the file is surely UTF-8, and that is told', async () => {
    const outcome = await importFiles({ 'train.csv': table }, { reading: { encoding: 'windows-1251' } })

    expect(rowsOf(outcome)['train']).toEqual(expected)
    expect('parsed' in outcome && outcome.parsed.notes.join()).toMatch(
      /valid UTF-8 and was read as that, not as windows-1251/,
    )
  })
})

describe('files that are something else', () => {
  it.each([
    ['a ZIP archive', Buffer.from('PK\x03\x04 train.tsv'), /a ZIP archive/],
    ['a workbook', Buffer.from('PK\x03\x04 xl/workbook.xml'), /an Excel workbook/],
    ['gzip', Buffer.of(0x1f, 0x8b, 8, 0, 0), /a gzip archive/],
    ['Parquet', Buffer.from('PAR1\x15\x04\x00'), /a Parquet file/],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /a PDF/],
    ['a picture', Buffer.from('\x89PNG\r\n', 'latin1'), /a PNG image/],
    ['weights', Buffer.from('\x08\0\0\0\0\0\0\0{"a":{}}'), /a safetensors file/],
    [
      'a web page',
      '<!DOCTYPE html><html><head><title>Page not found</title>',
      /a web page \("Page not found"\)/,
    ],
    ["a server's word", '404: Not Found', /a server's message \("404: Not Found"\)/],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 9\n',
      /a Git LFS pointer/,
    ],
    ['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /is XML/],
    [
      'bytes with NUL',
      Buffer.from('text,label\nwa\0rm,1\n'),
      /line 2 has a NUL byte \(byte 14 of the file\)/,
    ],
  ])('are named: %s', async (_, content, message) => {
    const refusal = refusalOf(await importFiles({ 'train.csv': content }, asClassification))

    expect(refusal.message).toMatch(message)
    expect(refusal.hint).not.toBe('')
  })
})
