import { describe, expect, it } from 'vitest'
import { taskIds } from '../../tasks/task.ts'
import { definitionOf, fieldsOf, methodKinds, usualSettings } from '../method-fields.ts'
import type { MethodKind } from '../method-config.ts'
import { ownRecipe } from '../run-description.ts'
import { trainingConfig } from '../training-config.ts'

/** Everything published, with the method it belongs to. */
const published = methodKinds.flatMap((kind) =>
  definitionOf(kind).published.map((each) => [kind, each.usedFor, each] as const),
)

/** Known pairs of settings that mean something else when one of them is exchanged, as their sources have them. */
const pairs: readonly (readonly [kind: MethodKind, keys: readonly string[], values: readonly unknown[][]])[] =
  [
    [
      'r-drop',
      ['consistencyWeight', 'reduction'],
      [
        [0.5, 'sum'],
        [0.1, 'mean'],
        [0.5, 'mean'],
        [1, 'mean'],
      ],
    ],
    [
      'mixout',
      ['mixProbability', 'mask'],
      [
        [0.9, 'input-column'],
        [0.7, 'input-column'],
        [0.8, 'input-column'],
      ],
    ],
    [
      'concrete-dropout',
      ['weightRegularizer', 'dropoutRegularizer'],
      [
        [null, null],
        [1e-6, 1e-5],
      ],
    ],
    [
      'super-tickets',
      ['prunedHeads', 'prunedFeedForward'],
      [
        [0.1, 0.1],
        [0.2, 0.2],
        [0.3, 0.3],
      ],
    ],
  ]

describe('what is called published', () => {
  it.each(published)('has a source, a use, and values that the schema takes: %s for %s', (kind, _, each) => {
    expect(each.source.length).toBeGreaterThan(10)
    expect(each.usedFor).not.toBe('')
    expect(Object.keys(each.settings)).not.toEqual([])
    for (const [key, values] of Object.entries(each.settings)) {
      const field = fieldsOf(kind).find((candidate) => candidate.key === key)
      expect(field, key).toBeDefined()
      expect(values, key).not.toEqual([])
      for (const value of values)
        expect(field!.schema.safeParse(value).success, `${key} ${JSON.stringify(value)}`).toBe(true)
    }
  })

  it.each(pairs)('keeps together what was published together: %s %s', (kind, keys, known) => {
    const combinations = definitionOf(kind).published.flatMap(({ settings }) => {
      if (!keys.every((key) => Object.hasOwn(settings, key))) return []
      return keys.reduce<unknown[][]>(
        (all, key) => all.flatMap((before) => settings[key]!.map((value) => [...before, value])),
        [[]],
      )
    })
    for (const combination of combinations) expect(known).toContainEqual(combination)
    const usual = usualSettings(kind)
    expect(known, 'the defaults').toContainEqual(keys.map((key) => usual[key]))
  })

  it('gives the defaults a reason: a source where they are somebody’s, “this program’s own” where not', () => {
    for (const kind of methodKinds) {
      const { defaults, published: sets } = definitionOf(kind)
      const usual = usualSettings(kind)
      const isOnesOwn = /This program’s own/.test(defaults)
      const isPublished = (key: string): boolean =>
        sets.some(({ settings }) => settings[key]?.some((value) => value === usual[key]) ?? false)
      const strengths = fieldsOf(kind).filter(
        (field) => field.kind === 'number' && field.published.length > 0,
      )
      const unpublished = strengths.filter(({ key }) => !isPublished(key)).map(({ key }) => key)

      if (unpublished.length > 0 && !isOnesOwn) expect([kind, ...unpublished]).toEqual(said(kind))
    }
  })
})

/** Numbers that are not published although something was published for them; the method's defaults say why. */
function said(kind: MethodKind): readonly string[] {
  if (kind === 'concrete-dropout') return [kind, 'learningRateFactor']
  return kind === 'ad-drop' ? [kind, 'integrationPoints'] : [kind]
}

describe('a recipe', () => {
  it.each(methodKinds)('has valid settings on every task: %s', (kind) => {
    const recipe = ownRecipe(kind)
    expect(recipe.source.length).toBeGreaterThan(10)
    for (const task of taskIds) {
      const training = recipe.training(task)
      expect(trainingConfig.parse(training)).toMatchObject(training)
      const method = definitionOf(kind).schema.parse({ kind, ...recipe.method?.(task) })
      expect(method).toMatchObject({ kind })
      expect(training.patience).toBeLessThanOrEqual(training.maxEpochs)
    }
  })
})
