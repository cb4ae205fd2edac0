/** What a checkpoint's tensors are good for: which weights of the model they are, what lacks and what is left over. */
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointConfig } from './encoder-config-file.ts'
import type { StoredDtype } from './safetensors-header.ts'
import { isFloating } from './stored-numbers.ts'
import { canonicalName, expectedWeights, type ExpectedWeight } from './weight-names.ts'

/** A tensor as a file announces it. */
export interface FoundTensor {
  readonly name: string
  readonly dtype: StoredDtype
  readonly shape: readonly number[]
}

/** Outcome of the check. */
export interface WeightMatch {
  /** Our name → the checkpoint's own name, in the order of the model. */
  readonly used: ReadonlyMap<string, string>
  /** Number of values in the used tensors. */
  readonly parameters: number
  readonly warnings: readonly string[]
}

/** Heads of other classes of models are also named `classifier`; only this one's is a sequence classifier. */
const classifierOwner = 'BertForSequenceClassification'

/**
 * Finds the model's weights among a checkpoint's tensors.
 *
 * @param found every tensor of the checkpoint
 * @param checkpoint its configuration
 * @param folder where it lies, for messages
 * @failure checkpoint-missing-weights, checkpoint-wrong-shapes, checkpoint-unrecognized (two spellings of one weight)
 */
export function matchWeights(
  found: readonly FoundTensor[],
  checkpoint: CheckpointConfig,
  folder: string,
): WeightMatch {
  const byName = indexByCanonicalName(found, folder)
  const foreignHead = byName.has('classifier.weight') && checkpoint.architecture !== classifierOwner
  const expected = expectedWeights(checkpoint.config)
  const wanted = foreignHead ? expected.filter(({ part }) => part !== 'classifier') : expected
  const present = wanted.filter(({ name }) => byName.has(name))
  refuseMissing(
    expected.filter(({ part, name }) => part === 'encoder' && !byName.has(name)),
    folder,
  )
  refuseWrongShapes(present, byName, folder)
  const usable = withoutHalves(present)
  const used = new Map(usable.map(({ name }) => [name, byName.get(name)!.name]))
  const usedNames = new Set(used.values())
  return {
    used,
    parameters: usable.reduce((sum, { name }) => sum + valueCount(byName.get(name)!.shape), 0),
    warnings: [
      ...initialisedWarnings(usable),
      ...(foreignHead ? [`The classifier belongs to ${checkpoint.architecture} and is not used.`] : []),
      ...unusedWarnings(found.filter(({ name }) => !usedNames.has(name))),
    ],
  }
}

function indexByCanonicalName(found: readonly FoundTensor[], folder: string): Map<string, FoundTensor> {
  const byName = new Map<string, FoundTensor>()
  for (const tensor of found) {
    const name = canonicalName(tensor.name)
    const other = byName.get(name)
    if (other !== undefined) {
      throw new LabError(
        'checkpoint-unrecognized',
        `${folder} names the weight ${name} twice: as ${other.name} and as ${tensor.name}.`,
        'Remove one of the two, or export the checkpoint again.',
      )
    }
    byName.set(name, tensor)
  }
  return byName
}

function refuseMissing(missing: readonly ExpectedWeight[], folder: string): void {
  if (missing.length === 0) return
  throw new LabError(
    'checkpoint-missing-weights',
    `${folder} lacks ${missing.length} ${missing.length === 1 ? 'weight' : 'weights'} of the encoder: ${someNames(missing)}.`,
    'Choose a complete checkpoint; only the pooler and the classifier can be initialised anew.',
  )
}

function refuseWrongShapes(
  present: readonly ExpectedWeight[],
  byName: ReadonlyMap<string, FoundTensor>,
  folder: string,
): void {
  const wrong = present.flatMap((weight) => {
    const tensor = byName.get(weight.name)!
    if (!isFloating(tensor.dtype))
      return [`${tensor.name} has the type ${tensor.dtype}, expected floating-point values`]
    if (fits(tensor.shape, weight.shape)) return []
    return [`${tensor.name} has the shape ${shapeText(tensor.shape)}, expected ${shapeText(weight.shape)}`]
  })
  const [rows, bias] = [byName.get('classifier.weight')?.shape[0], byName.get('classifier.bias')?.shape[0]]
  if (wrong.length === 0 && present.some(({ part }) => part === 'classifier')) {
    if (rows !== undefined && bias !== undefined && rows !== bias) {
      wrong.push(`classifier.weight has ${rows} rows but classifier.bias ${bias} values`)
    }
  }
  if (wrong.length === 0) return
  const more = wrong.length > 5 ? ` … and ${wrong.length - 5} more` : ''
  throw new LabError(
    'checkpoint-wrong-shapes',
    `${folder}: ${wrong.slice(0, 5).join('; ')}${more} (by config.json).`,
    'Take config.json and the weights from the same checkpoint.',
  )
}

function fits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return (
    shape.length === expected.length &&
    shape.every((size, axis) => expected[axis] === null || expected[axis] === size)
  )
}

/** A pooler or classifier of which only weight or only bias is there is initialised whole. */
function withoutHalves(present: readonly ExpectedWeight[]): readonly ExpectedWeight[] {
  const halves = (['pooler', 'classifier'] as const).filter(
    (part) => present.filter((weight) => weight.part === part).length === 1,
  )
  return present.filter(({ part }) => part === 'encoder' || !halves.includes(part))
}

function initialisedWarnings(usable: readonly ExpectedWeight[]): string[] {
  const has = (part: string): boolean => usable.some((weight) => weight.part === part)
  return [
    ...(has('pooler')
      ? []
      : ['bert.pooler.dense.weight and bert.pooler.dense.bias are missing: the pooler will be initialised.']),
    ...(has('classifier')
      ? []
      : ['classifier.weight and classifier.bias are missing: the classifier will be initialised.']),
  ]
}

function unusedWarnings(unused: readonly FoundTensor[]): string[] {
  if (unused.length === 0) return []
  const shown = unused.slice(0, 50).map(({ name }) => name)
  const more = unused.length > shown.length ? ` … and ${unused.length - shown.length} more` : ''
  return [`Not used: ${shown.join(', ')}${more}.`]
}

function someNames(weights: readonly ExpectedWeight[]): string {
  const shown = weights.slice(0, 5).map(({ name }) => name)
  return weights.length > shown.length
    ? `${shown.join(', ')} … and ${weights.length - shown.length} more`
    : shown.join(', ')
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? 'labels').join(', ')}]`
}

function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
