import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { describe, it } from 'vitest'
import { readSafetensors } from '@main/checkpoints/safetensors.ts'
import { toNumbers } from '@main/checkpoints/stored-numbers.ts'
import { tokenAttributionScalar } from '@main/ml/attribution/token-attribution-scalar.ts'
import { usePlainBackend } from '@main/ml/testing/plain-backend.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'

const folder = fileURLToPath(new URL('../../../shared/parity/electra-tok9', import.meta.url))
const hasReferences = existsSync(folder)
if (!hasReferences) console.warn(`Skipped: the reference values are not at ${folder}.`)

interface Cases {
  readonly batches: { readonly main: { readonly attention_mask: number[][]; readonly labels: number[][] } }
  readonly main: { readonly scalar: number; readonly loss: number }
}

describe.skipIf(!hasReferences)('the scalar of token labels against reference values', () => {
  it('is the stored one for pseudo-labels, and the negative loss for gold labels', async () => {
    await usePlainBackend()
    const cases = JSON.parse(await readFile(`${folder}/cases.json`, 'utf8')) as Cases
    const { attention_mask: isReal, labels } = cases.batches.main
    const stored = (await readSafetensors(`${folder}/expected.safetensors`)).get('main.logits')!
    const logits = tf.tensor3d(Float32Array.from(toNumbers(stored)), stored.shape as [number, number, number])
    const isLabelled = labels.map((row) => row.map((label) => Number(label !== -100)))
    const gold = labels.map((row) => row.map((label) => Math.max(0, label)))

    const pseudo = tokenAttributionScalar(logits, tf.tensor2d(isReal), null)
    const withGold = tokenAttributionScalar(
      logits,
      tf.tensor2d(isLabelled),
      tf.tensor2d(gold, undefined, 'int32'),
    )

    // A sum over 56 tokens of a logarithm of 9 exponentials each.
    const relative = rounding(56 + 9 + 10)
    expectClose(pseudo.dataSync(), [cases.main.scalar], { relative, what: 'pseudo-labels' })
    expectClose(withGold.dataSync(), [-cases.main.loss], { relative, what: 'gold labels' })
  })
})
