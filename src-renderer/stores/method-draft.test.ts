import { fieldsOf, methodKinds, usualSettings } from '@shared/config/method-fields.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { describe, expect, it } from 'vitest'
import { demoCheckpoints, demoDatasets } from '@renderer/bridge/fake/demo-library.ts'
import { expandStudy } from '@renderer/bridge/fake/fake-lab.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import {
  applyingFields,
  chooseKind,
  isSameMethod,
  methodName,
  newMethod,
  settingProblems,
  settingsDraft,
  toMethodConfig,
  type DraftValue,
  type MethodDraft,
} from './method-draft.ts'
import { changedFromPreset, choosePreset, offeredPresets } from './method-draft-preset.ts'
import { checkDraft, newDraft, type StudyDraft } from './study-draft.ts'

const context = { dataset: demoDatasets[0]!, checkpoint: demoCheckpoints[0]! }
const draftOf = (methods: MethodDraft[]): StudyDraft => ({
  ...newDraft(),
  datasetId: context.dataset.datasetId,
  checkpointId: context.checkpoint.checkpointId,
  methods,
})
const withValues = (method: MethodDraft, values: Record<string, DraftValue>): MethodDraft => {
  Object.assign(settingsDraft(method).values, values)
  return method
}
const keys = (method: MethodDraft): string[] => applyingFields(method).map(({ key }) => key)

/** Something else than the default for every setting. */
function changedValues(method: MethodDraft): Record<string, DraftValue> {
  const changed = fieldsOf(method.kind).map((field) => {
    if (field.kind === 'switch') return [field.key, field.defaultValue !== true] as const
    if (field.kind === 'layers') return [field.key, [0, 2]] as const
    // What else a notation allows only its own schema knows.
    if (field.kind === 'text') return [field.key, String(field.defaultValue)] as const
    if (field.kind === 'choice')
      return [field.key, field.choices.find(({ value }) => value !== field.defaultValue)!.value] as const
    return [field.key, ['0.25', '7'].find((text) => field.schema.safeParse(Number(text)).success)!] as const
  })
  return Object.fromEntries(changed)
}

describe.each(methodKinds)('the form of %s', (kind) => {
  it('begins with the defaults and writes them', () => {
    expect(toMethodConfig(newMethod(1, kind))).toEqual(usualSettings(kind))
  })

  it('becomes runs that the study’s description says', () => {
    const { study, problems } = checkDraft(draftOf([newMethod(1, kind)]), context)
    expect(problems).toEqual({})
    const runs = expandStudy(studyConfig.parse(study)).map((run) => runConfig.parse(run))
    expect(runs.map(({ method, training }) => [method, training.seed])).toEqual(
      [1, 2, 3].map((seed) => [usualSettings(kind), seed]),
    )
  })

  it('writes what was changed, behind another method too', () => {
    const method = newMethod(2, kind)
    withValues(method, changedValues(method))
    const { study, problems } = checkDraft(draftOf([newMethod(1, 'fine-tuning'), method]), context)
    if (kind === 'fine-tuning') return expect(problems).toHaveProperty('method.2')
    const written = runConfig.parse(expandStudy(studyConfig.parse(study)).at(-1)).method
    const expected = methodConfig.parse({ ...toMethodConfig(method), kind })
    expect(written).toEqual(expected)
    for (const field of applyingFields(method).filter((each) => each.kind !== 'text'))
      expect(written[field.key as keyof typeof written], field.key).not.toEqual(field.defaultValue)
  })

  it('refuses each number outside its range, and says so at the field', () => {
    for (const field of fieldsOf(kind)) {
      if (field.kind !== 'number') continue
      // Choices under which every setting has an effect.
      const choices = { attribution: 'integrated-gradient', search: 'evolutionary' }
      const method = withValues(newMethod(1, kind), { ...choices, [field.key]: '-1' })
      expect(settingProblems(method, 6)[field.key], field.key).toMatch(/^It must/)
    }
  })

  it('comes back when the window is loaded anew', () => {
    const method = newMethod(1, kind)
    withValues(method, changedValues(method))
    const draft = draftOf([method])
    let text = ''
    keepDraft({ setItem: (_, value) => (text = value) }, draft)
    expect(keptDraft({ getItem: () => text })).toEqual(draft)
  })
})

describe('a study of every method', () => {
  const draft = draftOf(methodKinds.map((kind, index) => newMethod(index + 1, kind)))

  it('is valid, and has a name that says the first ones and how many more there are', () => {
    const { study } = checkDraft(draft, context)
    const { name } = studyConfig.parse(study)
    expect(name).toBe(`RTE: FT, AD-DROP GA p.3 q.3, R-Drop α.5 and ${methodKinds.length - 3} more`)
    expect(expandStudy(studyConfig.parse(study))).toHaveLength(3 * methodKinds.length)
  })
})

describe('one method of the form', () => {
  it('keeps its settings while one looks at another method', () => {
    const method = withValues(newMethod(1, 'r-drop'), { consistencyWeight: '0.5' })
    chooseKind(method, 'mixout')
    expect(toMethodConfig(method)).toMatchObject({ kind: 'mixout', mixProbability: 0.7 })
    chooseKind(method, 'r-drop')
    expect(toMethodConfig(method)).toMatchObject({ kind: 'r-drop', consistencyWeight: 0.5 })
  })

  it('shows settings only where they have an effect, and writes the default of the others', () => {
    const method = withValues(newMethod(1, 'ad-drop'), { integrationRule: 'gauss-legendre' })
    expect(keys(method)).not.toContain('integrationRule')
    expect(toMethodConfig(method)).toMatchObject({ integrationRule: 'riemann' })
    withValues(method, { attribution: 'integrated-gradient', integrationPoints: '3' })
    expect(keys(method)).toContain('integrationRule')
    expect(toMethodConfig(method)).toMatchObject({ integrationRule: 'gauss-legendre', integrationPoints: 3 })
  })

  it('takes an empty field as none where the setting may be empty, and asks for a number elsewhere', () => {
    const method = withValues(newMethod(1, 'ad-drop'), {
      attribution: 'integrated-gradient',
      integrationPoints: ' ',
      discardRate: '',
    })
    expect(settingProblems(method, 6)).toEqual({ discardRate: 'A number is needed.' })
    withValues(method, { discardRate: '0,3' })
    expect(settingProblems(method, 6)).toEqual({ discardRate: 'Write “0.3”, with a point.' })
    expect(methodName(method)).toBe('AD-DROP')
    withValues(method, { discardRate: '0.3' })
    expect(toMethodConfig(method)).toMatchObject({ integrationPoints: null })
    expect(methodName(method)).toBe('AD-DROP IGA p.3 q.3')
  })

  it('is the same as another when nothing that has an effect differs', () => {
    const [first, second] = [newMethod(1, 'ad-drop'), newMethod(2, 'ad-drop')]
    withValues(second, { integrationRule: 'gauss-legendre' })
    expect(isSameMethod(first, second)).toBe(true)
    expect(Object.keys(checkDraft(draftOf([first, second]), context).problems)).toEqual(['method.2'])
    withValues(second, { attribution: 'random' })
    expect(isSameMethod(first, second)).toBe(false)
  })
})

describe('the presets in the form', () => {
  it('are offered behind the defaults, where a method has any', () => {
    expect(offeredPresets('ad-drop').map(({ id }) => id)).toEqual(['defaults', 'paper', 'as-released'])
    expect(offeredPresets('mixout')).toEqual([])
  })

  it('fill in what they name and leave p, q and the attribution alone', () => {
    const method = withValues(newMethod(1, 'ad-drop'), { attribution: 'random', discardRate: '0.7' })
    choosePreset(method, 'as-released')
    expect(toMethodConfig(method)).toMatchObject({
      attribution: 'random',
      discardRate: 0.7,
      allDroppedRows: 'literal',
      maskedScore: 'as-released',
    })
    expect(changedFromPreset(method)).toEqual([])
    choosePreset(method, 'paper')
    expect(toMethodConfig(method)).toMatchObject({ randomRegion: 'exact-size', allDroppedRows: 'keep-row' })
    choosePreset(method, 'defaults')
    expect(toMethodConfig(method)).toMatchObject({ randomRegion: 'independent' })
  })

  it('say which settings were changed since', () => {
    const method = newMethod(1, 'ad-drop')
    choosePreset(method, 'as-released')
    withValues(method, { maskedScore: 'lowest-float32', discardRate: '0.9' })
    expect(changedFromPreset(method)).toEqual(['maskedScore'])
    choosePreset(method, 'as-released')
    expect(changedFromPreset(method)).toEqual([])
  })

  it('are written whole, the settings without effect too, so that the run is called as released', () => {
    const method = newMethod(1, 'ad-drop')
    choosePreset(method, 'as-released')
    expect(toMethodConfig(method)).toMatchObject({ integratedGradients: 'as-released' })
    expect(methodName(method)).toBe('AD-DROP GA p.3 q.3 as released')
  })
})

describe('a form that was kept', () => {
  const kept = (draft: unknown) => keptDraft({ getItem: () => JSON.stringify(draft) })

  it('is none where there is nothing or nothing that can be read', () => {
    expect(keptDraft({ getItem: () => null })).toBeNull()
    expect(keptDraft({ getItem: () => '{' })).toBeNull()
    expect(kept({ ...newDraft(), seeds: 3 })).toBeNull()
  })

  it('loses methods and settings that are no more, and gets defaults for new ones', () => {
    const old = {
      ...newDraft(),
      methods: [
        { id: 1, kind: 'a former one', settings: {} },
        {
          id: 2,
          kind: 'r-drop',
          settings: { 'r-drop': { preset: 'x', values: { consistencyWeight: true } } },
        },
      ],
    }
    expect(kept(old)?.methods).toEqual([newMethod(2, 'r-drop')])
  })
})
