import { readFileSync } from 'node:fs'
import { equationLines } from '@shared/config/equation-lines.ts'
import { measuredCost } from '@shared/config/method-cost.ts'
import { definitionOf, methodKinds } from '@shared/config/method-fields.ts'
import { describe, expect, it } from 'vitest'
import { methodsDocument } from './methods-document.ts'

const url = new URL('../../docs/methods.md', import.meta.url)

describe('docs/methods.md', () => {
  it('says what the code says; “npm run docs:methods” writes it anew', () => {
    expect(readFileSync(url, 'utf8')).toBe(methodsDocument())
  })

  it.each(methodKinds)('has a section on %s with every setting', (kind) => {
    const { card, schema } = definitionOf(kind)
    const section = methodsDocument()
      .split('\n## ')
      .find((text) => text.startsWith(`${card.name}\n`))!
    for (const key of Object.keys(schema.shape)) if (key !== 'kind') expect(section).toContain(`\`${key}\` |`)
    for (const text of [card.summary, card.source, card.cost, ...equationLines(card.equation)])
      expect(section).toContain(text)
  })
})

describe('an equation', () => {
  it('breaks between its parts, never within brackets', () => {
    expect(equationLines('a = f(x; y); b = 2; c')).toEqual(['a = f(x; y)', 'b = 2', 'c'])
  })
})

describe('a measured cost', () => {
  const measurement = { machine: 'Two cores', size: '12 layers', command: 'lab bench step' }
  const steps = [
    { kind: 'ad-drop', variant: 'GA', benchName: 'gradient', ratio: 1.7 },
    { kind: 'ad-drop', variant: 'RD', benchName: 'random', ratio: null },
  ] as const

  it('names the variants that were measured and the machine', () => {
    expect(measuredCost('ad-drop', steps, measurement)).toEqual({
      ratios: '1.70 (GA)',
      where: 'Two cores; 12 layers; lab bench step',
    })
  })

  it('is not made up where nothing was measured', () => {
    expect(measuredCost('r-drop', steps, measurement)).toEqual({ ratios: 'not measured yet', where: null })
  })
})
