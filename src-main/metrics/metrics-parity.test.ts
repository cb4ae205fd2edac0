import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { compareMetricsFile } from './metrics-parity.ts'

const metricsFile = new URL('../../../shared/parity/metrics.json', import.meta.url)
const fileIsMissing = !existsSync(metricsFile)
const empty = { classification: [], regression: [], entities: [], bleu: [], bleu_tokens_13a: [] }

describe('metrics against reference libraries', () => {
  it.skipIf(fileIsMissing)(
    `agrees with every value of metrics.json${fileIsMissing ? ' (skipped: no ../shared beside the repository)' : ''}`,
    () => {
      const rows = compareMetricsFile(readFileSync(metricsFile, 'utf8'))

      expect(rows.filter((row) => !row.pass)).toEqual([])
      expect(rows.map((row) => row.quantity)).toEqual([
        ...['matthews', 'accuracy', 'f1 macro', 'f1 binary', 'accuracy and f1'],
        ...['pearson', 'spearman', 'pearson spearman mean'],
        ...['pearson, large offset', 'spearman, large offset', 'pearson spearman mean, large offset'],
        ...['entity precision', 'entity recall', 'entity f1', 'entity counts', 'entity token accuracy'],
        ...[
          'entity per type precision',
          'entity per type recall',
          'entity per type f1',
          'entity per type counts',
        ],
        ...['bleu', 'bleu brevity penalty', 'bleu counts', 'bleu precisions', 'bleu tokens 13a'],
      ])
    },
  )

  it('reports the size of a difference and fails it', () => {
    const classification = [
      { gold: [0, 1, 1, 0], pred: [0, 1, 0, 0], matthews: 1, accuracy: 0.5, f1_macro: 11 / 15 },
    ]
    const rows = compareMetricsFile(JSON.stringify({ ...empty, classification }))

    const accuracyRow = rows.find((row) => row.quantity === 'accuracy')
    expect(accuracyRow).toMatchObject({ maxAbs: 0.25, maxRel: 0.5, pass: false })
    expect(rows.find((row) => row.quantity === 'f1 macro')?.pass).toBe(true)
  })

  it('fails a value that is undefined on one side only', () => {
    const regression = [{ name: 'constant', gold: [1, 1, 1], pred: [1, 2, 3], pearson: 0, spearman: 'NaN' }]
    const rows = compareMetricsFile(JSON.stringify({ ...empty, regression }))

    expect(rows.find((row) => row.quantity === 'pearson')).toMatchObject({ maxAbs: Infinity, pass: false })
    expect(rows.find((row) => row.quantity === 'spearman')).toMatchObject({ maxAbs: 0, pass: true })
  })

  it('refuses a file of another form', () => {
    expect(() => compareMetricsFile('{}')).toThrow(LabError)
    expect(() => compareMetricsFile('not json')).toThrow(LabError)
  })
})
