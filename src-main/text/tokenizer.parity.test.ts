/** Ids of real tokenizers must equal those of Hugging Face's library, from either of the two vocabulary files. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readTokenizer } from './tokenizer.ts'

const shared = new URL('../../../shared/', import.meta.url)
const fixtures = ['bert-cls2', 'bert-cls3', 'bert-reg'] as const
const fixturesAreMissing = !existsSync(new URL('parity/bert-cls2/cases.json', shared))
const modelIsMissing = !existsSync(new URL('models/all-MiniLM-L6-v2/tokenizer.json', shared))
const why = (missing: boolean): string => (missing ? ' (skipped: no ../shared beside the repository)' : '')

const casesSchema = z.object({
  batches: z.record(
    z.string(),
    z.object({
      max_length: z.number(),
      examples: z.array(z.object({ text: z.string(), pair: z.string().optional() })),
      input_ids: z.array(z.array(z.number())),
      token_type_ids: z.array(z.array(z.number())),
      n: z.array(z.number()),
    }),
  ),
  tokenization: z.array(
    z.object({
      text: z.string(),
      pair: z.string().optional(),
      max_length: z.number().optional(),
      note: z.string(),
      tokens: z.array(z.string()),
      input_ids: z.array(z.number()),
      token_type_ids: z.array(z.number()),
    }),
  ),
})
const readText = (path: string): string => readFileSync(new URL(path, shared), 'utf8')

describe.skipIf(fixturesAreMissing)(`WordPiece against the parity fixtures${why(fixturesAreMissing)}`, () => {
  for (const fixture of fixtures) {
    for (const source of ['vocab.txt', 'tokenizer.json'] as const) {
      it(`gives Hugging Face's ids for every case of ${fixture} from ${source}`, () => {
        const text = readText(`parity/${fixture}/model/${source}`)
        const tokenizer = readTokenizer(
          source === 'vocab.txt' ? { vocabText: text } : { tokenizerJson: text },
        )
        const cases = casesSchema.parse(JSON.parse(readText(`parity/${fixture}/cases.json`)))

        expect(cases.tokenization.length).toBeGreaterThanOrEqual(120)
        for (const expected of cases.tokenization) {
          const encoding = tokenizer.encode(expected.text, expected.pair, expected.max_length ?? 10_000)
          expect(tokenizer.tokens(encoding.inputIds), expected.note).toEqual(expected.tokens)
          expect(encoding.inputIds, expected.note).toEqual(expected.input_ids)
          expect(encoding.tokenTypeIds, expected.note).toEqual(expected.token_type_ids)
        }
        for (const batch of Object.values(cases.batches)) {
          batch.examples.forEach((example, row) => {
            const encoding = tokenizer.encode(example.text, example.pair, batch.max_length)
            const n = batch.n[row] ?? NaN
            expect(encoding.inputIds).toEqual(batch.input_ids[row]?.slice(0, n))
            expect(encoding.tokenTypeIds).toEqual(batch.token_type_ids[row]?.slice(0, n))
          })
        }
      })
    }
  }
})

it.skipIf(modelIsMissing)(`reads the same tokenizer from either file of MiniLM${why(modelIsMissing)}`, () => {
  const folder = 'models/all-MiniLM-L6-v2/'
  const tokenizerConfig = readText(`${folder}tokenizer_config.json`)
  const fromVocab = readTokenizer({ vocabText: readText(`${folder}vocab.txt`), tokenizerConfig })
  const fromJson = readTokenizer({ tokenizerJson: readText(`${folder}tokenizer.json`), tokenizerConfig })
  const sentences = readText('data/RTE/dev.tsv').split('\n').slice(1, 200)

  expect(fromJson.vocabSize).toBe(30_522)
  expect(fromVocab.vocabSize).toBe(30_522)
  expect(fromJson.encode('Hello, wörld!', undefined, 16).inputIds).toEqual([101, 7592, 1010, 2088, 999, 102])
  for (const sentence of sentences) {
    expect(fromVocab.encode(sentence, '', 128)).toEqual(fromJson.encode(sentence, '', 128))
  }
})
