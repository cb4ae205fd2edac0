/** Writes the sample's labelled rows, its vocabulary and nothing else. Run by make-sample.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitNames } from './labelled-rows.ts'
import { readableText } from './readable-text.ts'
import { drawSampleTexts, sampleSeed } from './sample-plan.ts'

/**
 * Writes `data/{train,validation,heldout}.jsonl` and `checkpoint/vocab.txt`.
 *
 * @param folder the sample's folder; made when missing
 */
export function writeData(folder: string): void {
  const texts = drawSampleTexts(sampleSeed)
  mkdirSync(join(folder, 'data'), { recursive: true })
  mkdirSync(join(folder, 'checkpoint'), { recursive: true })
  for (const split of splitNames) {
    const lines = texts.labelled[split].map(({ text, label }) =>
      JSON.stringify({ text: readableText(text), label }),
    )
    writeFileSync(join(folder, 'data', `${split}.jsonl`), `${lines.join('\n')}\n`)
  }
  writeFileSync(join(folder, 'checkpoint', 'vocab.txt'), `${texts.vocabulary.join('\n')}\n`)
}

writeData(process.argv[2] ?? 'resources/sample')
