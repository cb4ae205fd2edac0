/**
 * Integrated gradients as functions of a graph: one pass up to each layer's attention, then one short function per layer
 * that is run for every point of the path, with sums that stay in the graph.
 */
import * as tf from '@tensorflow/tfjs'
import {
  integrationRule,
  type IntegrationRule,
} from '@main/ml/attribution/integrated-gradient/integration-rule.ts'
import { prefixSweep, type LayerStart } from '@main/ml/attribution/integrated-gradient/prefix-pass.ts'
import {
  attentionGradient,
  suffixGradient,
} from '@main/ml/attribution/integrated-gradient/suffix-gradient.ts'
import { queryTokens } from '@main/ml/models/forward-options.ts'
import { headOf } from '@main/ml/heads/head-table.ts'
import { lastBlockOf } from '@main/ml/models/model-logits.ts'
import { logitsOf } from '@main/ml/training/loss-gradients.ts'
import { attributionDropout } from '@main/ml/regularizers/attribution-dropout/attribution-dropout.ts'
import { attributionRequest, selectedLayers } from '@main/ml/regularizers/attribution-dropout/attributions.ts'
import { integrationPointCount, type AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import {
  attributionPart,
  batchOf,
  batchSignature,
  readWeights,
  type RecordedRegularizer,
  type StepModel,
  type StepSize,
} from './step-functions.ts'
import type { Attribution } from '@main/ml/attribution/attribution.ts'
import type { StepContext } from '@main/ml/regularizers/regularizer.ts'
import type { GraphVariable, Tensors, TracedFunction } from '@main/tracer/compile.ts'

type FindVariable = (name: string) => GraphVariable
type Part = 'residual' | 'projected' | 'values' | 'weights' | 'sum' | 'end'

/** Functions and variables for batches of one shape. */
export interface IntegratedGradientFunctions {
  readonly variables: ReadonlyMap<string, readonly number[]>
  readonly functions: Readonly<Record<string, TracedFunction>>
  /** The method, its attributions read from the variables. */
  readonly regularizer: RecordedRegularizer
  /**
   * Computes the attributions of a batch into the variables.
   *
   * @param run runs a function of the graph and frees its outputs
   * @param batch tensors of `batchSignature`; borrowed
   * @param onPrefixDone told when the shared pass is over
   */
  attribute(run: (name: string, inputs: Tensors) => void, batch: Tensors, onPrefixDone: () => void): void
}

/**
 * Integrated gradients for one shape of batches.
 *
 * @equation  B = A ⊙ ( (Σ w·∂F/∂x)·Wo·Vᵀ + w₁·∂F/∂A ), see `suffixGradient`; the last term is the point α = 1
 * The released form's factor α goes into the weights w, as it does in the eager engine.
 *
 * @param model the model
 * @param settings AD-DROP's, with the integration rule and the form
 * @param size rows B and tokens T
 * @param label first part of the names of functions and variables
 */
export function integratedGradientFunctions(
  model: StepModel,
  settings: AdDropConfig,
  size: StepSize,
  label = 'integrated-gradient',
): IntegratedGradientFunctions {
  const layers = selectedLayers(settings.layers, model.config.numHiddenLayers)
  const rule = integrationRule(settings.integrationRule, integrationPointCount(settings))
  const names = new Names(`${label}-${size.tokens}`)
  const inputs = batchSignature(model.config.taskKind, size.rows, size.tokens)
  const scalar = { shape: [], dtype: 'float32' } as const
  const suffixes = layers.map((layer): [string, TracedFunction] => [
    names.suffix(layer),
    {
      inputs: { ...inputs, alpha: scalar, weight: scalar },
      body: (given, variable, within) =>
        within(attributionPart, () => recordSuffix(model, settings, names, layer, { given, variable })),
    },
  ])
  const prefix: TracedFunction = {
    inputs,
    body: (given, variable, within) =>
      within(attributionPart, () => recordPrefix(model, settings, names, rule, { given, variable })),
  }
  return {
    variables: variablesOf(model, names, layers, size),
    functions: { ...Object.fromEntries(suffixes), [names.prefix]: prefix },
    regularizer: (variable) =>
      attributionDropout(settings, (_settings, step, wanted) =>
        readAttributions(step, wanted, names, variable),
      ),
    attribute(run, batch, onPrefixDone) {
      run(names.prefix, batch)
      onPrefixDone()
      for (const layer of layers) {
        for (const { alpha, weight } of rule.filter((point) => point.alpha !== 1)) {
          const factor = settings.integratedGradients === 'as-released' ? weight * alpha : weight
          tf.tidy(() => {
            run(names.suffix(layer), { ...batch, alpha: tf.scalar(alpha), weight: tf.scalar(factor) })
          })
        }
      }
    },
  }
}

/** Names of the functions and variables of one batch length. */
class Names {
  private readonly start: string

  constructor(start: string) {
    this.start = start
  }

  get prefix(): string {
    return `${this.start}-prefix`
  }

  get labels(): string {
    return `${this.start}-labels`
  }

  suffix(layer: number): string {
    return `${this.start}-suffix-${layer}`
  }

  part(layer: number, part: Part): string {
    return `${this.start}-${layer}-${part}`
  }
}

function variablesOf(
  { config }: StepModel,
  names: Names,
  layers: readonly number[],
  { rows, tokens }: StepSize,
): Map<string, readonly number[]> {
  const { hiddenSize, numAttentionHeads: heads, numHiddenLayers } = config
  const labels = headOf(config.taskKind).labels.per === 'token' ? rows * tokens : rows
  const variables = new Map<string, readonly number[]>([[names.labels, [labels]]])
  for (const layer of layers) {
    const queries = queryTokens(layer, numHiddenLayers, tokens, lastBlockOf(config))
    const flat = [rows * queries, hiddenSize]
    const attention = [rows, heads, queries, tokens]
    variables
      .set(names.part(layer, 'residual'), flat)
      .set(names.part(layer, 'projected'), flat)
      .set(names.part(layer, 'sum'), flat)
      .set(names.part(layer, 'values'), [rows, heads, tokens, hiddenSize / heads])
      .set(names.part(layer, 'weights'), attention)
      .set(names.part(layer, 'end'), attention)
  }
  return variables
}

/** Inputs and variables of a function that is recorded. */
interface Recording {
  readonly given: Tensors
  readonly variable: FindVariable
}

/** The step that a recorded function is a part of; without dropout. */
function evaluationStep(model: StepModel, { given, variable }: Recording): StepContext {
  const parameters = readWeights(model, variable)
  return {
    config: model.config,
    parameters,
    state: new Map(),
    batch: batchOf(model.config.taskKind, given),
    logits: logitsOf(parameters, model.config),
    random: () => {
      throw new Error('Integrated gradients are taken without dropout.')
    },
    begin: () => undefined,
  }
}

/** One pass and one sweep for all layers: what the paths start from, and the gradient at their common end. */
function recordPrefix(
  model: StepModel,
  settings: AdDropConfig,
  names: Names,
  rule: IntegrationRule,
  recording: Recording,
): Tensors {
  const layers = selectedLayers(settings.layers, model.config.numHiddenLayers)
  const request = attributionRequest(settings, evaluationStep(model, recording), layers)
  const { prefix, endGradients } = prefixSweep(request)
  const { variable } = recording
  const endWeight = rule.find((point) => point.alpha === 1)?.weight ?? 0
  variable(names.labels).assign(tf.cast(prefix.labels, 'float32'))
  for (const start of prefix.starts) {
    const { layer, residual, projected, values, weights } = start
    const parts = { residual, projected, values, weights }
    for (const [part, tensor] of Object.entries(parts))
      variable(names.part(layer, part as Part)).assign(tensor)
    variable(names.part(layer, 'sum')).assign(tf.fill(residual.shape, 0))
    variable(names.part(layer, 'end')).assign(tf.mul(endGradients.get(layer)!, endWeight))
  }
  return {}
}

/** One point of one layer's path, added to the layer's sum. */
function recordSuffix(
  model: StepModel,
  settings: AdDropConfig,
  names: Names,
  layer: number,
  recording: Recording,
): Tensors {
  const { given, variable } = recording
  const request = attributionRequest(settings, evaluationStep(model, recording), [layer])
  const labels = tf.cast<tf.Tensor1D>(variable(names.labels).read() as tf.Tensor1D, 'int32')
  const point = { alpha: given['alpha'] as tf.Scalar, labels }
  const start = readStart(names, layer, variable)
  const gradient = suffixGradient(request, start, point, settings.integratedGradients)
  const sum = variable(names.part(layer, 'sum'))
  sum.assign(tf.add(sum.read(), tf.mul(gradient, given['weight']!)))
  return {}
}

function readStart(names: Names, layer: number, variable: FindVariable): LayerStart {
  const read = (part: Part): tf.Tensor => variable(names.part(layer, part)).read()
  return {
    layer,
    residual: read('residual') as tf.Tensor2D,
    projected: read('projected') as tf.Tensor2D,
    values: read('values') as tf.Tensor4D,
    weights: read('weights') as tf.Tensor4D,
  }
}

/** Attributions from the finished sums. */
function readAttributions(
  step: StepContext,
  layers: readonly number[],
  names: Names,
  variable: FindVariable,
): Map<number, Attribution> {
  const model = { parameters: step.parameters, config: step.config }
  const found = new Map<number, Attribution>()
  for (const layer of layers) {
    const start = readStart(names, layer, variable)
    const sum = variable(names.part(layer, 'sum')).read() as tf.Tensor2D
    const gradient = tf.add(attentionGradient(model, start, sum), variable(names.part(layer, 'end')).read())
    found.set(layer, tf.mul<tf.Tensor4D>(start.weights, gradient))
  }
  return found
}
