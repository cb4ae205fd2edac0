/** Token ids of a fixture's texts and batches against its reference values. */
import { readTokenizer } from '@main/text/tokenizer.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import type { Tokenizer } from '@main/text/tokenizer.ts'
import type { ParityFixture } from './parity-fixture.ts'

/**
 * Compares every tokenization case and every batch, from tokenizer.json and from vocab.txt alone.
 *
 * @param fixture the fixture
 */
export function compareTokenization(fixture: ParityFixture): ComparisonRow[] {
  const { tokenizerFiles } = fixture.checkpoint
  const { vocabText } = tokenizerFiles
  return [
    ...compareWith(fixture, readTokenizer(tokenizerFiles), 'tokenizer'),
    ...(vocabText === undefined ? [] : compareWith(fixture, readTokenizer({ vocabText }), 'vocab.txt')),
  ]
}

function compareWith(fixture: ParityFixture, tokenizer: Tokenizer, source: string): ComparisonRow[] {
  const actual: number[] = []
  const expected: number[] = []
  for (const stored of fixture.cases.tokenization) {
    const encoding = tokenizer.encode(stored.text, stored.pair, stored.max_length ?? Number.MAX_SAFE_INTEGER)
    actual.push(encoding.inputIds.length, ...encoding.inputIds, ...encoding.tokenTypeIds)
    expected.push(stored.input_ids.length, ...stored.input_ids, ...stored.token_type_ids)
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
