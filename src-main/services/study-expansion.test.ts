import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { methodKinds } from '@shared/config/method-fields.ts'
import { ownRecipe } from '@shared/config/run-description.ts'
import { preparatoryEpochs } from '@shared/config/training-stages.ts'
import { studyConfig, type StudyConfigInput } from '@shared/config/study-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import { expandStudy, parseRunConfig } from './study-expansion.ts'

const base = { schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'rte' }
const expand = (study: Partial<StudyConfigInput>) =>
  expandStudy(studyConfig.parse({ schemaVersion: 1, name: 'study', base, ...study }))

const refusal = (work: () => unknown): LabError => {
  try {
    work()
  } catch (error) {
    if (error instanceof LabError) return error
  }
  throw new Error('It was not refused.')
}

describe('expandStudy', () => {
  it('launches the base alone when nothing varies', () => {
    const configs = expand({})

    expect(configs).toHaveLength(1)
    expect(configs[0]).toMatchObject({ name: 'rte · FT · s42', method: { kind: 'fine-tuning' } })
  })

  it('makes the product of the grid and appends the points', () => {
    const configs = expand({
      grid: { 'method.kind': ['fine-tuning', 'ad-drop'], 'training.seed': [1, 2, 3] },
      points: [{ 'method.kind': 'ad-drop', 'method.discardRate': 0.5, 'training.seed': 9 }],
    })

    expect(configs.map((config) => [config.method.kind, config.training.seed])).toEqual([
      ['fine-tuning', 1],
      ['fine-tuning', 2],
      ['fine-tuning', 3],
      ['ad-drop', 1],
      ['ad-drop', 2],
      ['ad-drop', 3],
      ['ad-drop', 9],
    ])
    expect(new Set(configs.map((config) => config.name)).size).toBe(7)
  })

  it('leaves out settings the method does not have and launches equal runs once', () => {
    const configs = expand({
      grid: { 'method.kind': ['fine-tuning', 'ad-drop'], 'method.discardRate': [0.1, 0.3] },
    })

    expect(configs.map((config) => config.method)).toMatchObject([
      { kind: 'fine-tuning' },
      { kind: 'ad-drop', discardRate: 0.1 },
      { kind: 'ad-drop', discardRate: 0.3 },
    ])
  })

  it('does not change the base when a nested setting varies', () => {
    const training = { seed: 5, maxEpochs: 2 }
    const configs = expand({ base: { ...base, training }, grid: { 'training.seed': [1, 2] } })

    expect(training).toEqual({ seed: 5, maxEpochs: 2 })
    expect(configs.every((config) => config.training.maxEpochs === 2)).toBe(true)
  })

  it.each([
    [{ 'method.kind': ['ad-drop'], 'method.discardRate': [1.2] }, 'method.discardRate', '1.2'],
    [{ 'method.kind': ['ad-drop'], 'method.candidateRegionRatio': [0] }, 'candidateRegionRatio', '0'],
    [{ 'method.kind': ['ad-drop'], 'method.discardRatio': [0.3] }, 'discardRatio', 'unknown key'],
    [{ 'method.kind': ['magic'] }, 'method.kind', 'magic'],
  ])('names the setting and the value it refuses: %j', (grid, setting, found) => {
    const refused = (() => {
      try {
        expand({ grid })
        return null
      } catch (error) {
        return error
      }
    })()

    expect(refused).toBeInstanceOf(LabError)
    expect(refused).toMatchObject({ code: 'invalid-config' })
    expect((refused as LabError).message).toContain(setting)
    expect((refused as LabError).message).toContain(found)
  })
})

describe('presets', () => {
  const method = { kind: 'ad-drop', attribution: 'random' }

  it('stand for their settings, which the record holds in their place', () => {
    const found = parseRunConfig({ ...base, method: { ...method, preset: 'as-released' } }, 'The run config')

    expect(found.method).toMatchObject({ ...method, allDroppedRows: 'literal', maskedScore: 'as-released' })
    expect(found.method).not.toHaveProperty('preset')
    expect(parseRunConfig(found, 'The record')).toEqual(found)
  })

  it('give way to what is written beside them', () => {
    const written = { ...method, preset: 'as-released', maskedScore: 'lowest-float32' }

    expect(parseRunConfig({ ...base, method: written }, 'The run config').method).toMatchObject({
      allDroppedRows: 'literal',
      maskedScore: 'lowest-float32',
    })
  })

  it('vary in a study, beside methods that have none, and show in names', () => {
    const configs = expand({
      grid: { 'method.kind': ['fine-tuning', 'ad-drop'], 'method.preset': ['paper', 'as-released'] },
    })

    expect(configs.map(({ method: found }) => found)).toMatchObject([
      { kind: 'fine-tuning' },
      { kind: 'ad-drop', randomRegion: 'exact-size', allDroppedRows: 'keep-row' },
      { kind: 'ad-drop', randomRegion: 'independent', allDroppedRows: 'literal' },
    ])
    expect(configs.map(({ name }) => name)).toEqual([
      'rte · FT · s42',
      'rte · AD-DROP p.3 q.3 no first dropout exact region · s42',
      'rte · AD-DROP p.3 q.3 as released · s42',
    ])
  })

  it('that do not exist are refused with those that do', () => {
    const refused = refusal(() => expand({ base: { ...base, method: { ...method, preset: 'published' } } }))

    expect(refused).toMatchObject({ code: 'invalid-config' })
    expect(refused.message).toContain('"published"')
    expect(refused.hint).toContain('"paper", "as-released"')
    expect(
      refusal(() =>
        parseRunConfig({ ...base, method: { kind: 'r-drop', preset: 'paper' } }, 'The run config'),
      ),
    ).toMatchObject({ code: 'invalid-config', hint: 'This method has no presets: leave "preset" out.' })
  })
})

describe('a study that describes more than can be launched', () => {
  const values = Array.from({ length: 9 }, (_, index) => index)
  const studyOf = (grid: Record<string, number[]>) =>
    studyConfig.parse({ schemaVersion: 1, name: 'Huge', base, grid })

  it('is refused by its count alone, before any run is laid out', () => {
    const grid = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, values]))
    expect(refusal(() => expandStudy(studyOf(grid)))).toMatchObject({
      code: 'invalid-config',
      message: expect.stringMatching(/describes about 1\.8e\+57 runs; at most 10,000/) as string,
    })
    const many = { 'training.seed': Array.from({ length: 10_001 }, (_, index) => index) }
    expect(refusal(() => expandStudy(studyOf(many)))).toMatchObject({
      message: expect.stringContaining('10,001 runs') as string,
    })
  })

  it('is refused when a key has more parts than any setting', () => {
    expect(refusal(() => expandStudy(studyOf({ [`a${'.a'.repeat(100_000)}`]: [1] })))).toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining('200,001 characters') as string,
    })
  })
})

describe('the study of the prior experiment', () => {
  it('drops all of the highest, the lowest or random three tenths in the first layer in every epoch, or nothing', async () => {
    const file = fileURLToPath(new URL('../../resources/studies/prior-experiment.json', import.meta.url))
    const configs = expandStudy(studyConfig.parse(JSON.parse(await readFile(file, 'utf8'))))

    const dropped = { candidateRegionRatio: 0.3, discardRate: 1, layers: [0], crossTuning: false }
    const byGradient = { ...dropped, attribution: 'gradient', target: 'gold-label' }
    expect(configs.map(({ method }) => method)).toMatchObject([
      { ...byGradient, discards: 'high-attribution' },
      { ...byGradient, discards: 'low-attribution' },
      { ...dropped, attribution: 'random', randomRegion: 'exact-size' },
      { kind: 'fine-tuning' },
    ])
    expect(configs).toHaveLength(4)
  })
})

/** The runs of a study file of the repository. */
async function runsOf(name: string) {
  const file = fileURLToPath(new URL(`../../resources/studies/${name}.json`, import.meta.url))
  return expandStudy(studyConfig.parse(JSON.parse(await readFile(file, 'utf8'))))
}

describe.each([
  ['every-method-mrpc', 160, 100],
  ['every-method-cola', 768, 47],
])('the study %s', (name, rows, maxLength) => {
  it('is every method, AD-DROP also at random, with every one of five seeds', async () => {
    const configs = await runsOf(name)

    const methods = new Set(configs.map(({ method }) => JSON.stringify(method)))
    expect(configs).toHaveLength(70)
    expect(new Set(configs.map(({ method }) => method.kind))).toEqual(new Set(methodKinds))
    expect(methods.size).toBe(14)
    for (const method of methods)
      expect(
        configs
          .filter((config) => JSON.stringify(config.method) === method)
          .map(({ training }) => training.seed)
          .sort((a, b) => a - b),
      ).toEqual([1, 2, 3, 4, 5])
  })

  it('trains each for ten epochs, on the same rows, at the strength that was published', async () => {
    for (const { method, training, limits } of await runsOf(name)) {
      expect(training).toMatchObject({ batchSize: 16, maxLength })
      expect(training.maxEpochs - preparatoryEpochs(method)).toBe(10)
      expect(limits.trainExamples).toBe(rows)
      if (method.kind === 'r-drop') expect(method).toMatchObject({ consistencyWeight: 0.5, reduction: 'sum' })
      if (method.kind === 'mixout') expect(method.mask).toBe('input-column')
    }
  })
})

describe('the study of own recipes', () => {
  it('trains each method as its own paper or script does', async () => {
    const configs = await runsOf('own-recipes-mrpc')

    expect(configs).toHaveLength(40)
    for (const { method, training } of configs)
      expect(training).toMatchObject(ownRecipe(method.kind).training('mrpc'))
  })
})

describe('the study of batches', () => {
  it('varies the batching and the seed, and nothing else', async () => {
    const configs = await runsOf('batching-stsb')

    expect(configs.map(({ training }) => [training.seed, training.batching])).toEqual(
      [1, 2, 3, 4, 5].flatMap((seed) => [
        [seed, 'by-length'],
        [seed, 'shuffled'],
      ]),
    )
  })
})
