/** Shapes and types of a checkpoint's weights against its configuration. */
import { LabError } from '@shared/failures/failure.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import { modelWeights } from '@main/ml/models/model-weights.ts'
import { configKey } from './config-keys.ts'
import { readHead } from './model-family.ts'
import { isFloating } from './stored-numbers.ts'
import { expectedWeights, type ExpectedWeight, type FoundTensor } from './weight-names.ts'

/** Sizes that the weights show themselves: our name of each, the weight's place and the axis to read it from. */
const visibleSizes = [
  ['vocabSize', 'word', 0],
  ['embeddingSize', 'word', 1],
  ['hiddenSize', 'query', 0],
  ['maxPositionEmbeddings', 'position', 0],
  ['typeVocabSize', 'token-type', 0],
  ['intermediateSize', 'feed-forward-in', 0],
] as const

/**
 * Refuses weights whose shape is not the one that the configuration asks for, or that are no floating-point numbers.
 *
 * @param present weights of the model that the checkpoint has
 * @param byName its tensors by our names
 * @param config the model
 * @param folder where it lies, for messages
 * @failure checkpoint-wrong-shapes
 */
export function refuseWrongShapes(
  present: readonly ExpectedWeight[],
  byName: ReadonlyMap<string, FoundTensor>,
  config: ModelConfig,
  folder: string,
): void {
  const tensorOf = (weight: ExpectedWeight): FoundTensor => byName.get(weight.name)!
  const rounded = present.map(tensorOf).filter(({ dtype }) => !isFloating(dtype))
  if (rounded.length > 0)
    throw refused(
      folder,
      rounded.map(({ name, dtype }) => `${name} has the type ${dtype}, expected floating-point values`),
      'These weights were rounded for fast answers (quantised) and cannot be trained: choose the model’s checkpoint in float32, float16 or bfloat16.',
    )
  const wrong = present.filter((weight) => !fits(tensorOf(weight).shape, weight.shape))
  if (wrong.length > 0)
    throw refused(
      folder,
      wrong.map(
        (weight) =>
          `${tensorOf(weight).name} has the shape ${shapeText(tensorOf(weight).shape)}, expected ${shapeText(weight.shape)} by config.json`,
      ),
      correction(present, byName, config),
    )
  const head = readHead(config).layers.at(-1)!
  const [rows, values] = (['weight', 'bias'] as const).map((part) => byName.get(`${head}.${part}`)?.shape[0])
  const hasHead = present.some(({ part }) => part === 'classifier')
  if (hasHead && rows !== undefined && values !== undefined && rows !== values)
    throw refused(
      folder,
      [`${head}.weight has ${rows} rows but ${head}.bias ${values} values`],
      'Export the checkpoint again from the program that made it.',
    )
}

/** Whether config.json is wrong by sizes that the weights agree about among themselves: then it can be set right. */
function correction(
  present: readonly ExpectedWeight[],
  byName: ReadonlyMap<string, FoundTensor>,
  config: ModelConfig,
): string {
  const specs = [...modelWeights(config, 1).values()]
  const sizes = visibleSizes.flatMap(([ours, place, axis]) => {
    const key = configKey(config.modelType, ours)
    const weight = specs.find((spec) => spec.place === place && spec.role !== 'bias')
    const found = byName.get(weight?.name ?? '')?.shape[axis]
    return key === null || found === undefined || found === config[ours] ? [] : [{ key, ours, found }]
  })
  const corrected = { ...config, ...Object.fromEntries(sizes.map(({ ours, found }) => [ours, found])) }
  const shapeOf = new Map(expectedWeights(corrected).map(({ name, shape }) => [name, shape]))
  const isWhole = present.every(({ name }) => fits(byName.get(name)!.shape, shapeOf.get(name) ?? []))
  if (sizes.length === 0 || !isWhole || corrected.hiddenSize % corrected.numAttentionHeads !== 0)
    return 'Take config.json and the weights from the same checkpoint.'
  const settings = sizes.map(({ key, found }) => `"${key}": ${found}`).join(', ')
  return `Write ${settings} into config.json, as the weights have it, or take both from the same checkpoint.`
}

function refused(folder: string, problems: readonly string[], hint: string): LabError {
  const more = problems.length > 5 ? ` … and ${problems.length - 5} more` : ''
  return new LabError(
    'checkpoint-wrong-shapes',
    `${folder}: ${problems.slice(0, 5).join('; ')}${more}.`,
    hint,
  )
}

function fits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return (
    shape.length === expected.length &&
    shape.every((size, axis) => expected[axis] === null || expected[axis] === size)
  )
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? 'labels').join(', ')}]`
}
