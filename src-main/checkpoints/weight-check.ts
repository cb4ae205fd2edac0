/** What a checkpoint's tensors are good for: which weights of the model they are, what lacks and what is left over. */
import { LabError } from '@shared/failures/failure.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import { unsupported, type CheckpointConfig } from './encoder-config-file.ts'
import { familyOf } from '@main/ml/models/model-table.ts'
import { isModelType, readFamiliesText, readHead } from './model-family.ts'
import { expectedWeights, readNameSpelling, type ExpectedWeight, type FoundTensor } from './weight-names.ts'
import { refuseWrongShapes } from './weight-shapes.ts'

/** Outcome of the check. */
export interface WeightMatch {
  /** Our name → the checkpoint's own name, in the order of the model. */
  readonly used: ReadonlyMap<string, string>
  /** Number of values in the used tensors. */
  readonly parameters: number
  /** Outputs of a classifier of whatever kind of model; null where there is none. */
  readonly headOutputs: number | null
  readonly warnings: readonly string[]
}

/**
 * Finds the model's weights among a checkpoint's tensors.
 *
 * @param found every tensor of the checkpoint
 * @param checkpoint its configuration
 * @param folder where it lies, for messages
 * @failure checkpoint-missing-weights, checkpoint-wrong-shapes, checkpoint-unknown-architecture (named like another
 *   family's), checkpoint-unrecognized (two spellings of one weight, two encoders, adapters)
 */
export function matchWeights(
  found: readonly FoundTensor[],
  checkpoint: CheckpointConfig,
  folder: string,
): WeightMatch {
  const model: ModelConfig = { ...checkpoint.config, taskKind: checkpoint.headKind }
  const spelling = readNameSpelling(
    found.map(({ name }) => name),
    model,
    folder,
  )
  if (spelling.otherFamily !== null)
    throw otherWeights(folder, spelling.otherFamily, checkpoint.config.modelType)
  const head = readHead(model)
  const output = `${head.layers.at(-1)}.weight`
  const byName = indexByName(found, spelling.canonical, folder)
  const expected = expectedWeights(model)
  const isForeign = checkpoint.architecture !== head.owner
  const hasHead = byName.has(output)
  const wanted = hasHead && isForeign ? expected.filter(({ part }) => part !== 'classifier') : expected
  const present = wanted.filter(({ name }) => byName.has(name))
  const missing = expected.filter(({ part, name }) => part === 'encoder' && !byName.has(name))
  refuseMissing(missing, found, model, folder)
  refuseWrongShapes(present, byName, model, folder)
  const usable = withoutHalves(present, expected)
  const used = new Map(usable.map(({ name }) => [name, byName.get(name)!.name]))
  const usedNames = new Set(used.values())
  return {
    used,
    parameters: usable.reduce((sum, { name }) => sum + valueCount(byName.get(name)!.shape), 0),
    headOutputs: byName.get(output)?.shape[0] ?? null,
    warnings: [
      ...(spelling.note === null ? [] : [spelling.note]),
      ...fewerLayersWarnings(byName, model),
      ...initialisedWarnings(usable, expected, hasHead && isForeign),
      ...(hasHead && isForeign ? [foreignHeadText(checkpoint.architecture)] : []),
      ...unusedWarnings(found.filter(({ name }) => !usedNames.has(name))),
    ],
  }
}

/** Names of a family that the lab reads need the right config.json; of another, another checkpoint. */
function otherWeights(folder: string, found: string, expected: string): LabError {
  if (!isModelType(found))
    return unsupported(folder, `weights named like those of ${found}`, readFamiliesText)
  return new LabError(
    'checkpoint-unrecognized',
    `${folder}: the weights are named like those of ${found}, config.json describes a ${expected} model.`,
    'Take config.json and the weights from the same checkpoint.',
  )
}

function foreignHeadText(architecture: string | null): string {
  return architecture === null
    ? 'config.json names no architecture, so what the classifier is for is not known; it is not used.'
    : `The classifier belongs to ${architecture} and is not used.`
}

function indexByName(
  found: readonly FoundTensor[],
  canonical: (name: string) => string | null,
  folder: string,
): Map<string, FoundTensor> {
  const byName = new Map<string, FoundTensor>()
  for (const tensor of found) {
    const name = canonical(tensor.name)
    if (name === null) continue
    const other = byName.get(name)
    if (other !== undefined) {
      throw new LabError(
        'checkpoint-unrecognized',
        other.name === tensor.name
          ? `${folder} holds the weight ${tensor.name} twice, in two files.`
          : `${folder} names the weight ${name} twice: as ${other.name} and as ${tensor.name}.`,
        'Remove one of the two, or export the checkpoint again.',
      )
    }
    byName.set(name, tensor)
  }
  return byName
}

function refuseMissing(
  missing: readonly ExpectedWeight[],
  found: readonly FoundTensor[],
  config: ModelConfig,
  folder: string,
): void {
  if (missing.length === 0) return
  const isNothingThere =
    missing.length === expectedWeights(config).filter(({ part }) => part === 'encoder').length
  const examples = found.slice(0, 3).map(({ name }) => name)
  const lacks = `${folder} lacks ${missing.length} ${missing.length === 1 ? 'weight' : 'weights'} of the encoder: ${someNames(missing)}.`
  const layers = wholeLayers(missing, config)
  if (layers !== null)
    throw new LabError(
      'checkpoint-missing-weights',
      `${lacks} config.json announces ${config.numHiddenLayers} layers, the weights have ${layers}.`,
      `If ${layers} layers are right, set "num_hidden_layers" to ${layers} in config.json; else choose a complete checkpoint.`,
    )
  throw new LabError(
    'checkpoint-missing-weights',
    isNothingThere
      ? `${lacks} None of its ${found.length} tensors is named like a ${config.modelType} model’s${examples.length === 0 ? '' : `: ${examples.join(', ')}`}.`
      : lacks,
    'Choose a complete checkpoint; only the pooler and the classifier can be initialised anew.',
  )
}

/** Layers that are there when exactly the last ones are missing, each whole; else null. */
function wholeLayers(missing: readonly ExpectedWeight[], config: ModelConfig): number | null {
  const indices = missing.map(({ name }) => layerOf(name, config))
  const first = Math.min(...indices.map((index) => index ?? -1))
  if (first < 1) return null
  const perLayer = expectedWeights(config).filter(({ name }) => layerOf(name, config) === 0).length
  return missing.length === perLayer * (config.numHiddenLayers - first) ? first : null
}

function layerOf(name: string, config: ModelConfig): number | null {
  const { blocks } = familyOf(config)
  if (!name.startsWith(`${blocks}.`)) return null
  const digits = /^\d+(?=\.)/.exec(name.slice(blocks.length + 1))?.[0]
  return digits === undefined ? null : Number(digits)
}

/** A configuration that was cut down, or belongs to a smaller model: the rest of the weights would go unnoticed. */
function fewerLayersWarnings(byName: ReadonlyMap<string, FoundTensor>, config: ModelConfig): string[] {
  const layers = [...byName.keys()].reduce(
    (most, name) => Math.max(most, (layerOf(name, config) ?? -1) + 1),
    0,
  )
  if (layers <= config.numHiddenLayers) return []
  return [
    `config.json announces ${config.numHiddenLayers} layers, the weights have ${layers}: those from ${config.numHiddenLayers} on are not used.`,
  ]
}

/** A pooler or classifier of which a part is missing is initialised whole. */
function withoutHalves(
  present: readonly ExpectedWeight[],
  expected: readonly ExpectedWeight[],
): readonly ExpectedWeight[] {
  const count = (weights: readonly ExpectedWeight[], part: string): number =>
    weights.filter((weight) => weight.part === part).length
  const halves = (['pooler', 'classifier'] as const).filter(
    (part) => count(present, part) < count(expected, part),
  )
  return present.filter(({ part }) => part === 'encoder' || !halves.includes(part))
}

function initialisedWarnings(
  usable: readonly ExpectedWeight[],
  expected: readonly ExpectedWeight[],
  isForeign: boolean,
): string[] {
  const lacks = (part: ExpectedWeight['part']): string | null => {
    if (usable.some((weight) => weight.part === part)) return null
    const names = expected.filter((weight) => weight.part === part).map(({ name }) => name)
    if (names.length === 0) return null
    return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are missing: the ${part} will be initialised.`
  }
  return [lacks('pooler'), isForeign ? null : lacks('classifier')].filter((text) => text !== null)
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

function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
