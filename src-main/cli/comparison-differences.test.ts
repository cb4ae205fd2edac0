import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scoreColumns } from './comparison-rows.ts'
import { runConfig, type RunConfig } from '@shared/config/run-config.ts'
import { settingName } from '@shared/config/setting-name.ts'
import { compareRuns } from '@main/comparison/compare-runs.ts'
import { renderComparison } from '@main/comparison/render-comparison.ts'
import { aConfig, adDrop, aRun } from '@main/comparison/testing-runs.ts'

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly anyOf?: readonly Node[]
  readonly enum?: readonly unknown[]
}

/** Dotted keys of every setting beside those of the method, with the values that its schema names. */
function settingsOf(node: Node, path: readonly string[] = []): (readonly [string, readonly unknown[]])[] {
  const key = path.join('.')
  if (['method', 'name', 'schemaVersion', 'training.seed'].includes(key)) return []
  if (node.properties !== undefined)
    return Object.entries(node.properties).flatMap(([name, inner]) => settingsOf(inner, [...path, name]))
  return [[key, (node.anyOf ?? [node]).flatMap((option) => option.enum ?? [])]]
}

function withValue(config: RunConfig, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  const inner: unknown = Object.entries(config).find(([key]) => key === first)?.[1]
  // reason: a run config's inner nodes are objects.
  return { ...config, [first]: withValue(inner as RunConfig, rest, value) }
}

/** The config with another valid value at a key. */
function changed(config: RunConfig, key: string, named: readonly unknown[]): RunConfig {
  const before = JSON.stringify(config)
  for (const value of [...named, 0.5, 7, 4096, 'something-else']) {
    const parsed = runConfig.safeParse(withValue(config, key.split('.'), value))
    if (parsed.success && JSON.stringify(parsed.data) !== before) return parsed.data
  }
  throw new Error(`No other value of ${key} is known to this test.`)
}

const settings = settingsOf(z.toJSONSchema(runConfig, { io: 'input', unrepresentable: 'any' }) as Node)
const plain = [1, 2].map((seed) => aRun(`ft${seed}`, aConfig(seed), [0.5 + seed / 100]))

describe('groups that differ beside the method', () => {
  it.each(settings)('are marked wherever a comparison is shown: %s', (key, named) => {
    const others = [1, 2].map((seed) =>
      aRun(`ad${seed}`, changed(aConfig(seed, { method: adDrop }), key, named), [0.6 + seed / 100]),
    )
    const comparison = compareRuns([...plain, ...others], plain[0]!.runId)
    const [base, group] = comparison.groups
    const name = settingName(key)
    const { value } = group!.differsFromBaseline.find((difference) => difference.key === key)!

    expect(base!.differsFromBaseline).toEqual([])
    expect(comparison.notes.join('\n')).toContain(`${name} ${value} (baseline `)
    const [, row] = parse<Record<string, string>>(renderComparison(comparison, 'csv'), { columns: true })
    expect(row!['differs_from_baseline']).toContain(`${name} ${value} (baseline `)
    const latex = renderComparison(comparison, 'latex')
    expect(latex).toMatch(/^AD-DROP.*\$\^\{\\ddagger\}\$ &|^\S+, .*\$\^\{\\ddagger\}\$ &/m)
    expect(latex).toMatch(new RegExp(`^.multicolumn.*${name} `, 'm'))
    const column = scoreColumns(comparison).find(({ title }) => title === 'Differs in')!
    expect(column.cell(group!)).toContain(name)
  })

  it('are not marked for the method, its settings or the seeds', () => {
    const other = aRun('ad', aConfig(9, { method: adDrop }), [0.6])
    const comparison = compareRuns([...plain, other])

    expect(comparison.groups[1]!.differsFromBaseline).toEqual([])
    expect(comparison.notes.join('\n')).not.toContain('beside the method')
    expect(renderComparison(comparison, 'latex')).not.toContain('ddagger')
    expect(scoreColumns(comparison).map(({ title }) => title)).not.toContain('Differs in')
  })

  it('keep short names where the method tells them apart', () => {
    const other = aRun('ad', aConfig(1, { method: adDrop, training: { batchSize: 4 } }), [0.6])
    expect(compareRuns([...plain, other]).groups.map(({ label }) => label)).toEqual(['FT', 'AD-DROP p.3 q.3'])
  })
})
