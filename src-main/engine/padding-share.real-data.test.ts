/** How much of the computation padding costs on real data sets with a real tokenizer. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { importDataset } from '@main/datasets/import-dataset.ts'
import { bucketedBatches, lengthBuckets } from '@main/ml/training/length-buckets.ts'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { tasks } from '@shared/tasks/task.ts'

const shared = new URL('../../../shared/', import.meta.url)
const vocabulary = new URL('models/all-MiniLM-L6-v2/vocab.txt', shared)
const isMissing = !existsSync(vocabulary) || !existsSync(new URL('data/RTE/train.tsv', shared))

/** Tokens of every training example, cut to the task's length in the paper. */
async function trainingLengths(folder: string): Promise<number[]> {
  const dataset = await importDataset([fileURLToPath(new URL(`data/${folder}`, shared))])
  const tokenizer = readTokenizer({ vocabText: readFileSync(vocabulary, 'utf8') })
  const { maxLength } = tasks[dataset.task]
  return dataset.splits['train']!.examples.map(
    ({ text, pair }) => tokenizer.encode(text, pair, maxLength).inputIds.length,
  )
}

describe.skipIf(isMissing)(
  `padding of real data sets${isMissing ? ' (skipped: no ../shared beside the repository)' : ''}`,
  () => {
    // The fewest buckets that reach it; CoLA's sentences are short (11 tokens on average), so each token too much weighs more.
    it.each([
      ['RTE', 6],
      ['MRPC', 6],
      ['CoLA', 7],
    ])('is at most a tenth of the tokens computed for %s with %i buckets', async (folder, maxBuckets) => {
      const lengths = await trainingLengths(folder)
      const real = lengths.reduce((sum, length) => sum + length, 0)
      const buckets = lengthBuckets(lengths, maxBuckets)

      for (const batchSize of [16, 32]) {
        const computed = bucketedBatches(lengths, buckets, batchSize, 42, 1).reduce(
          (sum, { indices, length }) => sum + indices.length * length,
          0,
        )
        expect(1 - real / computed).toBeLessThanOrEqual(0.1)
      }
    })
  },
)
