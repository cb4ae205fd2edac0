import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { compareRuns } from './compare-runs.ts'
import { renderComparison } from './render-comparison.ts'
import { aConfig, adDrop, aRun } from './testing-runs.ts'

const plain = [1, 2, 3].map((seed) => aRun(`ft${seed}`, aConfig(seed), [0.5 + seed / 100]))
const better = [1, 2, 3].map((seed) =>
  aRun(`ad${seed}`, aConfig(seed, { method: adDrop }), [0.6 + seed / 100]),
)
const empty = aRun('rd1', aConfig(1, { method: { ...adDrop, attribution: 'random' } }), [], {
  status: 'queued',
})
const comparison = compareRuns([...plain, ...better, empty])

describe('a rendered comparison', () => {
  it('as CSV has one row a group, raw numbers and empty cells where there is none', () => {
    const rows = parse<Record<string, string>>(renderComparison(comparison, 'csv'), { columns: true })
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({
      label: 'FT',
      is_baseline: 'true',
      best_n: '3',
      values: '0.51 0.52 0.53',
      difference: '',
    })
    expect(Number(rows[1]!['best_mean'])).toBeCloseTo(0.62, 12)
    expect(Number(rows[1]!['p_value'])).toBeCloseTo(comparison.groups[1]!.difference!.pValue!, 12)
    expect(rows[2]).toMatchObject({ best_mean: '', best_n: '0', seeds: '1' })
  })

  it('as CSV survives commas, quotes and line breaks', () => {
    const odd = 'odd, "quoted"\nname'
    const text = renderComparison(
      compareRuns([...plain, aRun('x', aConfig(1, { dataset: odd }), [0.5])]),
      'csv',
    )
    const rows = parse<Record<string, string>>(text, { columns: true })
    expect(rows[1]!['dataset']).toBe(odd)
  })

  it('as JSON is the comparison', () => {
    expect(JSON.parse(renderComparison(comparison, 'json'))).toEqual(JSON.parse(JSON.stringify(comparison)))
  })

  it('as LaTeX shows mean, spread and n, the best in bold and a dagger', () => {
    const lines = renderComparison(comparison, 'latex', ['AD-DROP Lab 0.1.0']).split('\n')
    const row = (label: string) => lines.find((line) => line.startsWith(label))
    expect(lines).toContain('\\begin{tabular}{lcc}')
    expect(lines).toContain('Method & Accuracy & Run overhead \\\\')
    expect(row('FT')).toBe('FT & 52.0 $\\pm$ 1.0 (3) & 1.00$\\times$ \\\\')
    expect(row('AD-DROP p')).toBe(
      'AD-DROP p.3 q.3 & \\textbf{62.0} $\\pm$ 1.0$^{\\dagger}$ (3) & 1.00$\\times$ \\\\',
    )
    expect(row('AD-DROP RD')).toBe('AD-DROP RD p.3 q.3 & -- & -- \\\\')
    expect(lines).toContain('% AD-DROP Lab 0.1.0')
    expect(lines.filter((line) => line.startsWith('%')).join('\n')).toMatch(
      /ad1 seed 1.*Note: .*rd1 \(queued\)/s,
    )
    expect(lines.filter((line) => line !== '' && !line.startsWith('%'))).toHaveLength(9)
  })

  it('as LaTeX escapes what LaTeX would execute', () => {
    const runs = [...plain, aRun('x', aConfig(1, { dataset: '50%_of & {x} #1 ~ ^' }), [0.5])]
    const row = renderComparison(compareRuns(runs), 'latex')
      .split('\n')
      .find((line) => line.startsWith('50'))
    expect(row).toContain('50\\%\\_of \\& \\{x\\} \\#1 \\textasciitilde{} \\textasciicircum{}')
  })

  it('without groups is still a table', () => {
    expect(renderComparison(compareRuns([]), 'csv')).toBe('group,label\r\n')
    expect(renderComparison(compareRuns([]), 'latex')).toContain('\\bottomrule')
  })
})
