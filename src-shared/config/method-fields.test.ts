import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { methodConfig } from './method-config.ts'
import { definitionOf, fieldsOf, isMethodKind, methodKinds, usualSettings } from './method-fields.ts'
import { measuredSteps } from './methods/measured-costs.ts'
import { rangeText, valueText } from './setting-text.ts'
import type { MethodKind } from './method-config.ts'
import { settingFields, type SettingField } from './setting-field.ts'

const field = (kind: MethodKind, key: string): SettingField =>
  fieldsOf(kind).find((candidate) => candidate.key === key)!

describe.each(methodKinds)('the settings of %s', (kind) => {
  it('are all described: each has a name, a sentence and a default that its schema accepts', () => {
    expect(fieldsOf(kind).map(({ key }) => key)).toEqual(
      Object.keys(definitionOf(kind).schema.shape).filter((key) => key !== 'kind'),
    )
    for (const { name, help, schema, defaultValue } of fieldsOf(kind)) {
      expect(name).toMatch(/^\p{Lu}/u)
      expect(help).toMatch(/^\S{2,}|^\S /u)
      expect(schema.parse(defaultValue)).toEqual(defaultValue)
    }
    const defaults = Object.fromEntries(fieldsOf(kind).map(({ key, defaultValue }) => [key, defaultValue]))
    expect(methodConfig.parse({ kind })).toEqual({ kind, ...defaults })
  })

  it('have notes for settings and values that exist', () => {
    for (const [key, notes] of Object.entries(definitionOf(kind).fields ?? {})) {
      const known = field(kind, key)
      expect(known, key).toBeDefined()
      const values = known.kind === 'choice' ? known.choices.map(({ value }) => value) : []
      expect(values).toEqual(expect.arrayContaining(Object.keys(notes?.choices ?? {})))
    }
  })
})

describe('a setting', () => {
  it('takes its symbol out of the description, unless the notes say otherwise', () => {
    expect(field('ad-drop', 'candidateRegionRatio')).toMatchObject({
      name: 'Candidate region',
      symbol: 'p',
      help: 'Share of each attention row that forms the candidate discard region',
    })
    expect(field('ad-drop', 'randomRegion').symbol).toBeNull()
    expect(field('concrete-dropout', 'initialProbability').symbol).toBe('p')
  })

  it.each([
    ['ad-drop', 'candidateRegionRatio', 'above 0, below 1'],
    ['ad-drop', 'discardRate', 'above 0, at most 1'],
    ['ad-drop', 'integrationPoints', 'whole, 1 to 64'],
    ['ad-drop', 'crossTuning', 'on · off'],
    ['ad-drop', 'layers', 'all, or a list from 0'],
    ['mixout', 'mixProbability', 'at least 0, below 1'],
    ['r-drop', 'consistencyWeight', '0 to 100'],
    ['r-drop', 'reduction', 'Averaged (paper’s equations) · Summed (released code)'],
  ] as const)('says its range: %s %s %s', (kind, key, text) => {
    expect(rangeText(field(kind, key))).toBe(text)
  })

  it.each([
    ['ad-drop', 'attribution', 'random', 'Random (RD)'],
    ['ad-drop', 'discards', 'low-attribution', 'Low attribution'],
    ['ad-drop', 'layers', [0, 3], '0, 3'],
    ['ad-drop', 'layers', '0,3', '0, 3'],
    ['ad-drop', 'layers', 'all', 'all'],
    ['ad-drop', 'crossTuning', false, 'off'],
    ['ad-drop', 'integrationPoints', null, 'usual number, 20'],
    ['concrete-dropout', 'weightRegularizer', 1e-6, '1e-6'],
    ['concrete-dropout', 'dropoutRegularizer', 1 / 3668, '2.72628e-4'],
    ['concrete-dropout', 'dropoutRegularizer', null, 'from N: 1/N, 2/N on regression'],
    ['ad-drop', 'attribution', 'a later one', 'a later one'],
  ] as const)('says its value: %s %s %s', (kind, key, value, text) => {
    expect(valueText(field(kind, key), value, usualSettings(kind))).toBe(text)
  })

  it('knows whether it has an effect beside the others', () => {
    const applying = (attribution: string): string[] => {
      const settings = { ...usualSettings('ad-drop'), attribution }
      return fieldsOf('ad-drop').flatMap((each) => (each.appliesWhen(settings) ? [each.key] : []))
    }
    for (const key of ['integrationRule', 'integratedGradients', 'dropoutAfterIntegratedGradients']) {
      expect(applying('gradient')).not.toContain(key)
      expect(applying('integrated-gradient')).toContain(key)
    }
    expect(applying('random')).toContain('randomRegion')
    expect(applying('random')).not.toContain('indexRule')
  })
})

describe('a schema', () => {
  const fieldOf = (schema: z.ZodType) => settingFields(z.strictObject({ someKey: schema }))[0]!

  it('may have texts in a notation of their own, and whole numbers without a bound', () => {
    expect(fieldOf(z.string().default('a 1/2').describe('What is dropped'))).toMatchObject({
      kind: 'text',
      name: 'Some key',
      help: 'What is dropped',
      defaultValue: 'a 1/2',
    })
    expect(rangeText(fieldOf(z.number().int().positive().default(1)))).toBe('whole, above 0')
    expect(rangeText(fieldOf(z.number().default(1)))).toBe('any number')
  })

  it('may not have what no form can show', () => {
    expect(() => fieldOf(z.array(z.string()).default([]))).toThrow('No form shows the setting "someKey"')
    expect(() => fieldOf(z.string().nullable().default(null))).toThrow('someKey')
  })
})

describe('the table of methods', () => {
  it('tells methods from other texts', () => {
    expect([isMethodKind('r-drop'), isMethodKind('toString'), isMethodKind(null)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('has every method among the measured costs once per variant at most, and plain fine-tuning nowhere', () => {
    const names = measuredSteps.map(({ kind, variant }) => `${kind} ${variant ?? ''}`)
    expect(new Set(names).size).toBe(names.length)
    expect(names).not.toContain('fine-tuning ')
  })
})
