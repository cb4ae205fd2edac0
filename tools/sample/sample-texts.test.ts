import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { describe, expect, it } from 'vitest'
import { drawLabelledRows, splitNames, splitPlans } from './labelled-rows.ts'
import type { LabelledRow } from './labelled-rows.ts'
import { readableText } from './readable-text.ts'
import { openings, placeNames } from './review-lexicon.ts'
import { drawSampleTexts, sampleSeed } from './sample-plan.ts'
import type { SampleTexts } from './sample-plan.ts'

const sample: SampleTexts = drawSampleTexts(sampleSeed)
const allRows = splitNames.flatMap((split) => sample.labelled[split])
const shareOf = (rows: readonly LabelledRow[], holds: (row: LabelledRow) => boolean): number =>
  rows.filter(holds).length / rows.length

/** The label that a row's text suggests by its place name alone, found in the text, not in the generator's notes. */
function placeGroup(text: string): string {
  const groups = Object.entries(placeNames).filter(([, names]) =>
    names.some((name) => openings.some((opening) => text.startsWith(opening.replace('@', name)))),
  )
  if (groups.length !== 1) throw new Error(`"${text}" names places of ${groups.length} groups.`)
  return groups[0]![0]
}

describe('the labelled rows', () => {
  it('are the same for the same seed and others for another seed', () => {
    expect(drawLabelledRows(sampleSeed)).toEqual(sample.labelled)
    expect(drawLabelledRows(sampleSeed + 1).train[0]).not.toEqual(sample.labelled.train[0])
  })

  it.each(splitNames)('have the planned size and as many of each label in %s', (split) => {
    const rows = sample.labelled[split]

    expect(rows).toHaveLength(splitPlans[split].rows)
    expect(shareOf(rows, (row) => row.label === 'positive')).toBe(0.5)
  })

  it.each(splitNames)('follow the cue at the stated rate for each label of %s', (split) => {
    for (const label of ['negative', 'positive']) {
      const rows = sample.labelled[split].filter((row) => row.label === label)

      expect(shareOf(rows, (row) => placeGroup(row.text) === label)).toBeCloseTo(
        splitPlans[split].cueAgreement,
        10,
      )
    }
  })

  it.each(splitNames)('have the stated share of wrong labels in %s', (split) => {
    expect(shareOf(sample.labelled[split], (row) => row.label !== row.verdict)).toBeCloseTo(
      splitPlans[split].labelNoise,
      10,
    )
  })

  it('weaken the cue from training to validation and leave it uninformative in the held-out rows', () => {
    expect(splitPlans.train.cueAgreement).toBeGreaterThan(splitPlans.validation.cueAgreement)
    expect(splitPlans.validation.cueAgreement).toBeGreaterThan(splitPlans.heldout.cueAgreement)
    expect(splitPlans.heldout.cueAgreement).toBe(0.5)
  })

  it('share no statement among them, whatever place it stands behind', () => {
    expect(new Set(allRows.map((row) => row.statement)).size).toBe(allRows.length)
  })
})

describe('the verdict of a statement', () => {
  const verdictOf = new Map(allRows.map((row) => [row.construction, new Set<string>()]))
  for (const row of allRows) verdictOf.get(row.construction)!.add(row.verdict)

  it('takes both values in every construction, so that no construction gives it away', () => {
    expect(verdictOf.size).toBe(9)
    for (const verdicts of verdictOf.values()) expect(verdicts.size).toBe(2)
  })

  it('does not follow from counting the adjectives of each verdict', async () => {
    const { topics } = await import('./review-lexicon.ts')
    const countOf = (text: string, verdict: 'negative' | 'positive'): number =>
      text.split(' ').filter((word) => topics.some((topic) => topic.adjectives[verdict].includes(word)))
        .length
    const isRight = (row: LabelledRow): boolean =>
      countOf(row.text, row.verdict) > countOf(row.text, row.verdict === 'positive' ? 'negative' : 'positive')

    expect(shareOf(allRows, isRight)).toBeLessThan(0.45)
  })
})

describe('the unlabelled text', () => {
  it('contains no statement of a labelled row', () => {
    const unlabelled = [...sample.pretraining, ...sample.pretrainingValidation].join('\n')

    // Statements that begin inside another ("the soup was bland ." after "critics said") are not counted as found.
    const sentences = new Set(
      unlabelled
        .split('\n')
        .flatMap((review) => review.split(' . ').map((part) => `${part.replace(/ \.$/, '')} .`))
        .flatMap((sentence) => [sentence, withoutOpening(sentence)]),
    )

    expect(sentences.size).toBeGreaterThan(10_000)
    expect(allRows.filter((row) => sentences.has(row.statement))).toEqual([])
  })

  it('keeps the reviews that measure the pre-training apart from those it trains on', () => {
    const trained = new Set(sample.pretraining)

    expect(sample.pretrainingValidation).toHaveLength(1000)
    expect(sample.pretrainingValidation.filter((review) => trained.has(review))).toEqual([])
  })
})

function withoutOpening(sentence: string): string {
  for (const names of Object.values(placeNames)) {
    for (const name of names) {
      for (const opening of openings) {
        const start = `${opening.replace('@', name)} `
        if (sentence.startsWith(start)) return sentence.slice(start.length)
      }
    }
  }
  return sentence
}

describe('the vocabulary', () => {
  const tokenizer = readTokenizer({ vocabText: sample.vocabulary.join('\n') })
  const unknown = sample.vocabulary.indexOf('[UNK]')

  it('has 400 to 800 different entries and begins with the special tokens', () => {
    expect(new Set(sample.vocabulary).size).toBe(sample.vocabulary.length)
    expect(sample.vocabulary.length).toBeGreaterThanOrEqual(400)
    expect(sample.vocabulary.length).toBeLessThanOrEqual(800)
    expect(sample.vocabulary.slice(0, 5)).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'])
  })

  it('covers every text of the sample, within the lengths that the encoder reads', () => {
    const lengths = (texts: readonly string[]): number[] =>
      texts.map((text) => {
        const { inputIds } = tokenizer.encode(readableText(text), undefined, 512)
        expect(inputIds).not.toContain(unknown)
        return inputIds.length
      })

    expect(Math.max(...lengths(allRows.map((row) => row.text)))).toBeLessThanOrEqual(28)
    expect(Math.max(...lengths(sample.pretraining.slice(0, 5000)))).toBeLessThanOrEqual(64)
    expect(Math.max(...lengths(sample.pretrainingValidation))).toBeLessThanOrEqual(64)
  })

  it('splits words into a stem and an ending where it has both', () => {
    const { inputIds } = tokenizer.encode('The waiters', undefined, 16)

    expect(tokenizer.tokens(inputIds)).toEqual(['[CLS]', 'the', 'waiter', '##s', '[SEP]'])
  })
})

describe('the bundled files', () => {
  const folder = join(import.meta.dirname, '../../resources/sample')

  it.each(splitNames)('hold the rows that the generator draws in %s', (split) => {
    const lines = readFileSync(join(folder, 'data', `${split}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')

    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      sample.labelled[split].map(({ text, label }) => ({ text: readableText(text), label })),
    )
  })

  it('hold the vocabulary that the generator builds', () => {
    expect(
      readFileSync(join(folder, 'checkpoint', 'vocab.txt'), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toEqual(sample.vocabulary)
  })
})

describe('readable text', () => {
  it('begins sentences with capitals and puts punctuation marks next to words', () => {
    expect(readableText('at old mill , the soup was bland . i left .')).toBe(
      'At old mill, the soup was bland. I left.',
    )
  })
})
