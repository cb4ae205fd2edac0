import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inIob2, tagFormOf } from './entity-tags.ts'
import { importDataset } from './import-dataset.ts'

/** Entities by the rules of conlleval's endOfChunk and startOfChunk, as first word, last word and type. */
function entities(tags: readonly string[]): string[] {
  const found: string[] = []
  let first = -1
  for (let place = 0; place <= tags.length; place++) {
    const [letter, type] = (tags[place] ?? 'O').split('-')
    const [before, typeBefore] = (tags[place - 1] ?? 'O').split('-')
    const ends = before !== 'O' && (letter === 'O' || letter === 'B' || type !== typeBefore)
    if (ends && first >= 0) found.push(`${first} ${place - 1} ${typeBefore}`)
    const starts = letter === 'B' || (letter === 'I' && (before === 'O' || type !== typeBefore))
    if (starts) first = place
    else if (letter === 'O') first = -1
  }
  return found
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'word-labels-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const train = `-DOCSTART- -X- -X- O

Ada NNP B-NP B-PER
Byron NNP I-NP I-PER
visited VBD B-VP O
Turin NNP B-NP B-LOC
. . O O

Acme NNP B-NP B-ORG
sells VBZ B-VP O
Alpine JJ B-NP B-MISC
tea NN I-NP O
`

describe('files of words and tags', () => {
  it('become sentences with a label for every word, without document marks', async () => {
    const folder = await folderWith({
      'train.txt': train,
      'valid.txt': train.replace('-DOCSTART- -X- -X- O\n\n', ''),
    })

    const found = await importDataset([folder])

    expect(found).toMatchObject({ task: 'conll2003', problemRows: 0, hasPairs: false })
    expect(found.labels[0]).toBe('O')
    const { examples } = found.splits['train']!
    expect(examples).toHaveLength(2)
    expect(examples[0]).toMatchObject({
      text: 'Ada Byron visited Turin .',
      words: ['Ada', 'Byron', 'visited', 'Turin', '.'],
    })
    expect(examples[0]!.wordLabels!.map((label) => found.labels[label])).toEqual([
      'B-PER',
      'I-PER',
      'O',
      'B-LOC',
      'O',
    ])
    expect(found.splits['validation']!.examples).toEqual(examples)
  })

  it('have the splits of the shared task’s endings, and two columns with tabs where words hold spaces', async () => {
    const tabbed = 'New York\tB-place\nis\tO\nloud\tO\n\nBern\tB-place\n'
    const folder = await folderWith({ 'eng.train': tabbed, 'eng.testa': tabbed, 'eng.testb': tabbed })

    const found = await importDataset([folder])

    expect(found.task).toBe('token-classification')
    expect(found.labels).toEqual(['O', 'B-place', 'I-place'])
    expect(Object.keys(found.splits)).toEqual(['train', 'validation', 'test'])
    expect(found.splits['test']!.examples[0]!.words![0]).toBe('New York')
  })

  it('name the lines that do not fit, and leave their sentences out when asked to', async () => {
    const broken = train.replace('sells VBZ B-VP O', 'sells').replace('B-LOC', 'B-PLANET')
    const good = 'Bob NNP B-NP B-PER\nsat VBD B-VP O\n\n'.repeat(120)
    const folder = await folderWith({ 'train.txt': good + broken, 'valid.txt': train })

    const found = await importDataset([folder], { task: 'conll2003', skipProblemRows: true })

    expect(found.problems.map(({ row, code }) => [row, code])).toEqual([
      [366, 'unknown-label'],
      [370, 'missing-column'],
    ])
    expect(found.splits['train']!.examples).toHaveLength(120)
    expect(found.skippedRows).toBe(2)
  })

  it('are refused for a task of words where they hold none', async () => {
    const folder = await folderWith({ 'train.tsv': 'text\tlabel\na\t0\nb\t1\n' })

    await expect(importDataset([folder], { task: 'conll2003' })).rejects.toMatchObject({
      code: 'task-mismatch',
    })
  })

  it('are told from tables, which stay tables', async () => {
    const folder = await folderWith({ 'train.tsv': 'sentence\tlabel\ngood film\t1\n\nbad film\t0\n' })

    expect((await importDataset([folder])).task).not.toBe('token-classification')
  })
})

describe('tags of entities', () => {
  // Two neighbouring places, a person, a single word at the end.
  const iob2 = ['B-LOC', 'B-LOC', 'I-LOC', 'O', 'B-PER', 'I-PER', 'B-ORG']

  it.each([
    ['IOB1', ['I-LOC', 'B-LOC', 'I-LOC', 'O', 'I-PER', 'I-PER', 'I-ORG']],
    ['IOB2', iob2],
    ['BIOES', ['S-LOC', 'B-LOC', 'E-LOC', 'O', 'B-PER', 'E-PER', 'S-ORG']],
    ['BIOES', ['U-LOC', 'B-LOC', 'L-LOC', 'O', 'B-PER', 'L-PER', 'U-ORG']],
  ] as const)('are read as IOB2 from %s', (form, tags) => {
    expect(tagFormOf([tags])).toBe(form)
    expect(inIob2(tags)).toEqual(iob2)
  })

  it('keep their entities by conlleval’s rules whatever is wrong with them', () => {
    const letters = ['O', 'B-X', 'I-X', 'B-Y', 'I-Y']
    for (let code = 0; code < 5 ** 5; code++) {
      const tags = Array.from({ length: 5 }, (_, place) => letters[Math.floor(code / 5 ** place) % 5]!)
      expect(entities(inIob2(tags)), tags.join(' ')).toEqual(entities(tags))
    }
  })
})
