/** Token ids of a fixture's texts and batches against its reference values. */
import { readTokenizer } from '@main/text/tokenizer.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import type { Tokenizer } from '@main/text/encoding.ts'
import type { ParityFixture } from './parity-fixture.ts'

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
    const encoding = tokenizer.encode(stored.text, stored.pair, stored.max_length ?? Number.MAX_SAFE_INTEGER)
    // Where the reference has no types, its model reads none.
    const types = stored.token_type_ids === undefined ? [] : encoding.tokenTypeIds
    actual.push(encoding.inputIds.length, ...encoding.inputIds, ...types)
    expected.push(stored.input_ids.length, ...stored.input_ids, ...(stored.token_type_ids ?? []))
  }
  const batches = Object.entries(fixture.cases.batches).map(([name, batch]) => {
    const ids = batch.examples.flatMap((example) => [
      ...tokenizer.encode(example.text, example.pair, batch.max_length).inputIds,
    ])
    const stored = batch.input_ids.flatMap((row, b) =>
      row.filter((_, t) => batch.attention_mask[b]![t] === 1),
    )
    return compareNumbers(fixture.name, `${source}: ids of ${name}`, ids, stored, tolerances.exact)
  })
  const title = `${source}: ids and types of ${fixture.cases.tokenization.length} texts`
  return [compareNumbers(fixture.name, title, actual, expected, tolerances.exact), ...batches]
}
