/** What joining files and mixing libraries leaves in tables: read rightly and told, or refused. */
import { describe, expect, it } from 'vitest'
import { advisedReading } from '@shared/contracts/advised-reading.ts'
import { importFiles, notesOf, refusalOf, rowsOf } from './testing/data-folder.ts'

const expected = [
  ['warm', 'pos'],
  ['dull', 'neg'],
  ['fine', 'pos'],
]

describe('files that were joined', () => {
  it.each([
    ['commas', 'train.csv', 'text,label\nwarm,pos\ndull,neg\ntext,label\nfine,pos\n'],
    ['tabs', 'train.tsv', 'text\tlabel\nwarm\tpos\ndull\tneg\ntext\tlabel\nfine\tpos\n'],
    ['quotes', 'train.csv', '"text","label"\n"warm","pos"\n"dull","neg"\n"text","label"\n"fine","pos"\n'],
    ['numbers of rows', 'train.csv', ',text,label\n0,warm,pos\n1,dull,neg\n,text,label\n0,fine,pos\n'],
    [
      'a mark before the second header',
      'train.csv',
      'text,label\nwarm,pos\ndull,neg\n\uFEFFtext,label\nfine,pos\n',
    ],
  ])('do not have their second header as an example: %s', async (_, name, content) => {
    const outcome = await importFiles({ [name]: content })

    expect(rowsOf(outcome)['train']).toEqual(expected)
    expect(notesOf(outcome)).toMatch(/1 line repeats the names of the columns \(line 4\) and was left out/)
  })

  it('keep a text that is the name of its column', async () => {
    const named = await importFiles({ 'train.csv': 'text,label\ntext,pos\ndull,neg\n' })
    const single = await importFiles({ 'test.csv': 'text\ntext\ndull\n' }, { task: 'sst2' })
    const numbered = await importFiles(
      { 'train.csv': 'a,x\n1,2\nb,2\n' },
      { reading: { header: false, textColumn: '1', labelColumn: '2' } },
    )

    expect(rowsOf(named)['train']?.[0]).toEqual(['text', 'pos'])
    expect(rowsOf(single)['test']).toHaveLength(2)
    expect(rowsOf(numbered)['train']).toHaveLength(3)
  })

  it.each([
    ['at the start of a line', 'text,label\nwarm,pos\ndull,neg\n\uFEFFfine,pos\n'],
    ['twice at the start', '\uFEFF\uFEFFtext,label\nwarm,pos\ndull,neg\nfine,pos\n'],
    ['in quotes', 'text,label\nwarm,pos\ndull,neg\n\uFEFF"fine",pos\n'],
  ])('lose byte-order marks: %s', async (_, content) => {
    expect(rowsOf(await importFiles({ 'train.csv': content }))['train']).toEqual(expected)
  })

  it('may end with the mark that ended a file in DOS', async () => {
    const content = 'text,label\nwarm,pos\ndull,neg\nfine,pos\n\u001a'

    expect(rowsOf(await importFiles({ 'train.csv': content }))['train']).toEqual(expected)
  })
})

describe('a folder of which one file has a header', () => {
  it('is read by the step that the refusal of the other names', async () => {
    const rows = 'a warm film,pos\na dull film,neg\na grey film,neg\na light film,pos\n'
    const files = { 'train.csv': `text,label\n${rows}`, 'dev.csv': rows }
    const { hint } = refusalOf(await importFiles(files))
    const outcome = await importFiles(files, { reading: advisedReading(hint) })

    expect(hint).toBe('Say which column is which: --no-header --text-column 1 --label-column 2.')
    expect(rowsOf(outcome)['train']).toEqual(rowsOf(outcome)['validation'])
    expect(notesOf(outcome)).toMatch(/train\.csv: Its first line names the columns and is no row/)
  })
})

describe('columns without a name', () => {
  it('that hold the rest of texts are told', async () => {
    const outcome = await importFiles({
      'train.csv': 'label,text,,\nham,Ok lar," why, not?",\nspam,free,,\n',
    })

    expect(notesOf(outcome)).toMatch(
      /1 row has something in columns without a name \(line 2\), which is not read/,
    )
  })

  it('are not advised as labels when they are nearly empty', async () => {
    const { hint } = refusalOf(
      await importFiles({
        'spam.csv':
          'v1,v2,,\nham,"Go until the end of it",,\nspam,Free entry in a competition,,\nham,Ok then," why, not?",\n',
      }),
    )

    expect(hint).toBe('Say which column is which: --text-column v2 --label-column v1.')
  })
})

describe('truth values', () => {
  it.each([
    ['in one file', { 'train.csv': 'text,label\na,True\nb,False\nc,1\nd,0\n' }],
    ['in two files', { 'train.csv': 'text,label\na,True\nb,False\n', 'dev.csv': 'text,label\nc,1\nd,0\n' }],
  ])('as words and as numbers are not four classes: %s', async (_, files) => {
    const refusal = refusalOf(await importFiles(files))
    const merged = await importFiles(files, { reading: advisedReading(refusal.hint) })

    expect(refusal.code).toBe('dataset-ambiguous')
    expect(refusal.message).toMatch(/"True" \(train\.csv, line 2\) and "1" \(.*\) are equal as truth values/)
    expect('parsed' in merged && merged.parsed.labels).toHaveLength(2)
  })

  it('alone are labels', async () => {
    const outcome = await importFiles({ 'train.csv': 'text,label\na,true\nb,false\n' })

    expect(rowsOf(outcome)['train']).toEqual([
      ['a', 'true'],
      ['b', 'false'],
    ])
  })
})

describe('cells that are no text or no number', () => {
  it('are refused with what to write', async () => {
    const scores = refusalOf(
      await importFiles({ 'train.csv': 'text;score\na;1,234.5\nb;1.234,5\nc;45%\nd;2\n' }),
    )
    const unseen = refusalOf(await importFiles({ 'train.csv': 'text,label\n\u200b\u2060,1\nb,0\n' }))

    expect(scores.message).toContain('Write it without the commas: 1234.5.')
    expect(scores.message).toContain('Write it without points, and with a point for the comma: 1234.5.')
    expect(scores.message).toContain('Write it without the sign: 45.')
    expect(unseen.message).toBe('row 2: The column "text" is empty; a text was expected.')
  })
})
