import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { recordCloseness } from '@main/testing/expect-close.ts'
import { compareNumbers } from './comparison-row.ts'
import { runParity } from './run-parity.ts'

const references = fileURLToPath(new URL('../../../shared/parity', import.meta.url))
const hasReferences = existsSync(references)
if (!hasReferences) console.warn(`Skipped: the reference values are not at ${references}.`)

describe.skipIf(!hasReferences)('the engine against reference values', () => {
  const cases: readonly (readonly [string, 'eager' | 'traced'])[] = [
    ['bert-cls2', 'eager'],
    ['bert-cls3', 'eager'],
    ['bert-reg', 'eager'],
    ['bert-reg', 'traced'],
    ['masks.json', 'eager'],
    ['masks.json', 'traced'],
    ['metrics.json', 'eager'],
  ]

  it.each(cases)('agrees on every quantity of %s, %s', async (name, execution) => {
    process.env['LAB_FUSION'] ??= 'off'
    const engine = await loadTensorEngine('tensorflow')

    const report = await runParity([`${references}/${name}`], engine, execution, () => undefined)

    for (const { quantity, maxAbs, maxRel, rtol, atol } of report.cases)
      recordCloseness(
        { distance: maxAbs, limit: atol + (maxRel === 0 ? 0 : (rtol * maxAbs) / maxRel) },
        quantity,
      )
    expect(report.cases.filter((row) => !row.pass)).toEqual([])
    expect(report.passed).toBeGreaterThan(10)
  })
})

describe('comparing numbers', () => {
  const tolerance = { rtol: 1e-3, atol: 0 }

  it('fails on a number beyond the tolerance', () => {
    expect(compareNumbers('a', 'q', [1, 2.01], [1, 2], tolerance).pass).toBe(false)
    expect(compareNumbers('a', 'q', [1, 2.001], [1, 2], tolerance).pass).toBe(true)
  })

  it('fails on NaN, on another length and on nothing', () => {
    expect(compareNumbers('a', 'q', [1, NaN], [1, 2], tolerance).pass).toBe(false)
    expect(compareNumbers('a', 'q', [1, 2, 3], [1, 2], tolerance).pass).toBe(false)
    expect(compareNumbers('a', 'q', [], [], tolerance).pass).toBe(false)
  })

  it('fails on a tiny number where exactly 0 is required', () => {
    const exact = { ...tolerance, exactZeros: true }

    expect(compareNumbers('a', 'q', [1, 1e-9], [1, 0], exact).pass).toBe(false)
    expect(compareNumbers('a', 'q', [1, 0], [1, 0], exact).pass).toBe(true)
  })
})
