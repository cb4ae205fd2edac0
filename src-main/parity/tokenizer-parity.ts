/** Token ids of a fixture's texts and batches against its reference values. */
import { readTokenizer } from '@main/text/tokenizer.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import { z } from 'zod'
import { alignedLabels } from '@main/ml/heads/label-alignment.ts'
import type { Encoding, Tokenizer } from '@main/text/encoding.ts'
import type { ParityFixture, StoredBatch } from './parity-fixture.ts'

const wordsSchema = z.object({ words: z.array(z.string()), tags: z.array(z.string()) })

/**
 * Compares every tokenization case and every batch, from tokenizer.json and from the older files alone.
 *
 * @param fixture the fixture
 */
export function compareTokenization(fixture: ParityFixture): ComparisonRow[] {
  const { tokenizerFiles } = fixture.checkpoint
  const { vocabText, vocabJson, mergesText } = tokenizerFiles
  return [
    ...compareWith(fixture, readTokenizer(tokenizerFiles), 'tokenizer'),
    ...(vocabText === undefined ? [] : compareWith(fixture, readTokenizer({ vocabText }), 'vocab.txt')),
    ...(vocabJson === undefined
      ? []
      : compareWith(fixture, readTokenizer({ vocabJson, mergesText }), 'vocab.json and merges.txt')),
  ]
}

function compareWith(fixture: ParityFixture, tokenizer: Tokenizer, source: string): ComparisonRow[] {
  const actual: number[] = []
  const expected: number[] = []
  for (const stored of fixture.cases.tokenization) {
    const encoding = encodingOf(tokenizer, stored, stored.max_length ?? Number.MAX_SAFE_INTEGER)
    // Where the reference has no types, its model reads none.
    const types = stored.token_type_ids === undefined ? [] : encoding.tokenTypeIds
    actual.push(encoding.inputIds.length, ...encoding.inputIds, ...types, ...(encoding.words ?? []))
    expected.push(
      stored.input_ids.length,
      ...stored.input_ids,
      ...(stored.token_type_ids ?? []),
      ...(stored.word_ids ?? []),
    )
  }
  const batches = Object.entries(fixture.cases.batches).map(([name, batch]) => {
    const ids = batch.examples.flatMap((example) => [
      ...encodingOf(tokenizer, example, batch.max_length).inputIds,
    ])
    const stored = batch.input_ids.flatMap((row, b) =>
      row.filter((_, t) => batch.attention_mask[b]![t] === 1),
    )
    return compareNumbers(fixture.name, `${source}: ids of ${name}`, ids, stored, tolerances.exact)
  })
  const aligned = Object.entries(fixture.cases.batches).flatMap(([name, batch]) =>
    compareAlignment(fixture, tokenizer, batch, `${source}: words and labels of ${name}`),
  )
  const title = `${source}: ids and types of ${fixture.cases.tokenization.length} texts`
  return [compareNumbers(fixture.name, title, actual, expected, tolerances.exact), ...batches, ...aligned]
}

/** A text, a pair or words. */
interface StoredText {
  readonly text?: string | undefined
  readonly pair?: string | undefined
  readonly words?: readonly string[] | undefined
}

/** Ids of a text, and of words also each token's word as the fixture writes it: −1 = none. */
function encodingOf(
  tokenizer: Tokenizer,
  { text, pair, words }: StoredText,
  maxLength: number,
): Encoding & { readonly words?: readonly number[] } {
  if (words === undefined) return tokenizer.encode(text ?? '', pair, maxLength)
  const encoding = tokenizer.encodeWords(words, maxLength)
  return { ...encoding, words: encoding.wordIds.map((word) => word ?? -1) }
}

/** Words of the tokens, and labels at words' first tokens, of a batch that has them. */
function compareAlignment(
  { name, cases }: ParityFixture,
  tokenizer: Tokenizer,
  batch: StoredBatch,
  title: string,
): ComparisonRow[] {
  const { word_ids: wordIds, labels_first_subtoken: labels, attention_mask: mask } = batch
  if (wordIds === undefined || labels === undefined) return []
  const ofRealTokens = (rows: readonly (readonly number[])[]): number[] =>
    rows.flatMap((row, b) => row.filter((_, t) => mask[b]![t] === 1))
  const found = batch.examples.map((example) => {
    const { words, tags } = wordsSchema.parse(example)
    const encoding = tokenizer.encodeWords(words, batch.max_length)
    const indices = tags.map((tag) => cases.label_names?.indexOf(tag) ?? -1)
    const { tokenLabels } = alignedLabels(encoding.wordIds, indices, words.length)
    return { words: encoding.wordIds.map((word) => word ?? -1), tokenLabels }
  })
  const actual = [...found.flatMap(({ words }) => words), ...found.flatMap(({ tokenLabels }) => tokenLabels)]
  const expected = [...ofRealTokens(wordIds), ...ofRealTokens(labels)]
  return [compareNumbers(name, title, actual, expected, tolerances.exact)]
}
