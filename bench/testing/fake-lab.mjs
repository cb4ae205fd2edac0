/**
 * Stands in for the lab's command line in tests and dry runs: `bench step` in the form of the contract, with made-up
 * times. Never measured, never reported.
 */
import { parseArgs } from 'node:util'

const factors = { 'fine-tuning': 1, random: 1.01, attention: 1.34, gradient: 1.7, 'integrated-gradient': 90 }

const options = Object.fromEntries(
  [
    'layers',
    'hidden',
    'heads',
    'intermediate',
    'vocab',
    'batch',
    'length',
    'precision',
    'methods',
    'steps',
  ].map((name) => [name, { type: /** @type {const} */ ('string') }]),
)
const { values, positionals } = parseArgs({
  options: { ...options, json: { type: 'boolean' } },
  allowPositionals: true,
})

/** @param {unknown} document */
const answer = (document) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)

if (positionals.join(' ') !== 'bench step' || !values['json']) {
  answer({
    error: { code: 'invalid-argument', message: 'The fake lab knows "bench step --json" only.', hint: '' },
  })
  process.exitCode = 2
} else if (process.env['FAKE_LAB_FAILS']) {
  answer({ error: { code: 'out-of-memory', message: 'The fake lab was told to fail.', hint: 'Untell it.' } })
  process.exitCode = 1
} else {
  const plain = values['precision'] === 'bfloat16' ? 4 : 8
  const methods = String(values['methods'])
    .split(',')
    .map((name) => {
      const medianMs = plain * factors[/** @type {keyof typeof factors} */ (name)]
      const ratio = medianMs / plain
      return [name, { medianMs, minMs: medianMs * 0.9, maxMs: medianMs * 1.2, ratio, gflops: 5 / ratio }]
    })
  answer({
    engine: 'fake',
    precision: values['precision'],
    matmulGflops: 100,
    peakMemoryBytes: 2 ** 28,
    methods: Object.fromEntries(methods),
  })
}
