/** A training step, and an evaluation, as functions of a graph. */
import * as tf from '@tensorflow/tfjs'
import { exampleLosses, meanLoss } from '@main/ml/losses/task-loss.ts'
import { headOf } from '@main/ml/heads/head-table.ts'
import { exemptFromDecay } from '@main/ml/models/model-weights.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { clipByGlobalNorm } from '@main/ml/optimizers/gradient-clipping.ts'
import { passRandom, type PassName, type UniformSource } from '@main/ml/random/uniform-source.ts'
import { logitsOf, lossGradients, stepLosses, type LossSetting } from '@main/ml/training/loss-gradients.ts'
import { updateWeights, variableNames, type UpdateInputs } from './graph-adam-w.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { ParameterShapes } from '@main/ml/models/weight-spec.ts'
import type { AdamWSettings } from '@main/ml/optimizers/optimizer.ts'
import type { Batch, Regularizer, StepContext, Survey } from '@main/ml/regularizers/regularizer.ts'
import type { GraphVariable, Signature, Tensors, TracedFunction, Within } from '@main/tracer/compile.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'

/** Part of a function whose products stay float32 when the rest becomes bfloat16: what a method ranks by. */
export const attributionPart = 'attribution'

/** The model and its update, the same for all functions. */
export interface StepModel {
  readonly backend: TensorflowBackend
  readonly config: ModelConfig
  readonly shapes: ParameterShapes
  /** The method's own tensors. */
  readonly state: ParameterShapes
  readonly optimizer: AdamWSettings
  readonly uniform: UniformSource
  /** Longest gradient; null = no clipping. */
  readonly maxGradientNorm: number | null
}

/** Shape of a batch. */
export interface StepSize {
  /** B */
  readonly rows: number
  /** T */
  readonly tokens: number
}

/** A method; one that reads what other functions left in variables is made with access to them. */
export type RecordedRegularizer = Regularizer | ((variable: (name: string) => GraphVariable) => Regularizer)

/** How much of a step a function computes; the shorter ones exist to be timed. */
export type StepExtent = 'first-pass' | 'attribution' | 'mask' | 'forward' | 'backward' | 'update'

const scalar = { shape: [], dtype: 'float32' } as const
const key = { shape: [], dtype: 'int32' } as const

/** Keys of the passes' random numbers, inputs of a step. */
export const passInputs: Readonly<Record<PassName, string>> = {
  first: 'firstPassKey',
  second: 'secondPassKey',
  mask: 'maskKey',
}

/** Scalars of an update, inputs of a step. */
const updateSignature: Readonly<Record<keyof UpdateInputs, typeof scalar>> = {
  beta1: scalar,
  beta2: scalar,
  beta1Power: scalar,
  beta2Power: scalar,
  learningRate: scalar,
  epsilon: scalar,
  decayFactor: scalar,
}

/**
 * Scalars of an update that changes nothing, bit for bit: for timing a step. With β₁ = β₂ = 1 the moments stay, with a
 * learning rate of 0 the weights.
 */
export const idleUpdate: Readonly<Record<keyof UpdateInputs, number>> = {
  beta1: 1,
  beta2: 1,
  beta1Power: 0.9,
  beta2Power: 0.999,
  learningRate: 0,
  epsilon: 1e-6,
  decayFactor: 1,
}

/**
 * Inputs that describe a batch.
 *
 * @param kind what the labels are
 * @param rows B
 * @param tokens T
 */
export function batchSignature(kind: TaskKind, rows: number, tokens: number): Signature {
  const { per, dtype } = headOf(kind).labels
  return {
    inputIds: { shape: [rows, tokens], dtype: 'int32' },
    tokenTypeIds: { shape: [rows, tokens], dtype: 'int32' },
    isReal: { shape: [rows, tokens], dtype: 'float32' },
    labels: { shape: per === 'token' ? [rows, tokens] : [rows], dtype },
    weights: { shape: [rows], dtype: 'float32' },
  }
}

/**
 * A batch's tensors under the names of `batchSignature`.
 *
 * @param batch as `makeBatch` gives it
 */
export function batchInputs(batch: Batch): Tensors {
  const { inputs, targets } = batch
  return { ...inputs, labels: targets.labels, weights: targets.weights! }
}

/**
 * The batch that a function's inputs describe.
 *
 * @param kind what the labels are
 * @param given inputs of `batchSignature`
 */
export function batchOf(kind: TaskKind, given: Tensors): Batch {
  const inputs = {
    inputIds: given['inputIds'] as tf.Tensor2D,
    tokenTypeIds: given['tokenTypeIds'] as tf.Tensor2D,
    isReal: given['isReal'] as tf.Tensor2D,
  }
  return { inputs, targets: headOf(kind).targets(given['labels']!, given['weights'] as tf.Tensor1D, inputs) }
}

/**
 * One optimizer step.
 *
 * @param model model and optimizer
 * @param regularizer the method
 * @param size rows B and tokens T of the batch
 * @param extent how far the function goes; all of the step when left out
 * @returns a function with outputs `loss` (mean) and `losses` (float32 [B], every example's own); shorter extents only `loss`
 */
export function stepFunction(
  model: StepModel,
  regularizer: RecordedRegularizer,
  size: StepSize,
  extent: StepExtent = 'update',
): TracedFunction {
  const passes = Object.fromEntries(Object.values(passInputs).map((name) => [name, key]))
  return {
    inputs: {
      ...batchSignature(model.config.taskKind, size.rows, size.tokens),
      ...passes,
      ...updateSignature,
    },
    body: (inputs, variable, within) =>
      new RecordedStep(model, inputs, variable, within).run(
        typeof regularizer === 'function' ? regularizer(variable) : regularizer,
        extent,
      ),
  }
}

/** One step while it is recorded. */
class RecordedStep {
  private readonly model: StepModel
  private readonly inputs: Tensors
  private readonly variable: (name: string) => GraphVariable
  private readonly within: Within
  private readonly parameters: Parameters
  private readonly batch: Batch

  constructor(model: StepModel, inputs: Tensors, variable: (name: string) => GraphVariable, within: Within) {
    this.model = model
    this.inputs = inputs
    this.variable = variable
    this.within = within
    this.parameters = readWeights(model, variable)
    this.batch = batchOf(model.config.taskKind, inputs)
  }

  run(regularizer: Regularizer, extent: StepExtent): Tensors {
    const { model, parameters, batch } = this
    const { config } = model
    let attributions: readonly tf.Tensor[] = []
    let firstLogits: tf.Tensor | undefined
    const logits = logitsOf(parameters, config)
    const step: StepContext = {
      config,
      parameters,
      state: readState(model, this.variable),
      batch,
      logits: (inputs, options) => {
        const found = logits(inputs, options)
        if (extent === 'first-pass') firstLogits ??= tf.keep(tf.clone(found))
        return found
      },
      random: (pass) => passRandom(model.uniform, this.inputs[passInputs[pass]] as tf.Scalar),
      begin: (_part, finished) => {
        if (extent === 'attribution' && finished !== undefined)
          attributions = finished.map((made) => tf.clone(made))
      },
    }
    const changes = this.within(attributionPart, () => regularizer.prepare(step))
    if (extent === 'first-pass') return { loss: sumOfAll([firstLogits!]) }
    if (extent === 'attribution') return { loss: sumOfAll(attributions) }
    if (extent === 'mask') return { loss: sumOfAll([...(changes.pass?.keepMasks?.values() ?? [])]) }
    const setting = { config, batch, changes, random: step.random('second') }
    if (extent === 'forward') return { loss: meanLoss(stepLosses(parameters, setting), batch.targets) }
    return this.update(setting, extent)
  }

  /** Backward pass and, at full extent, the optimizer. */
  private update(setting: LossSetting, extent: StepExtent): Tensors {
    const { model, parameters } = this
    let losses = tf.scalar(0) as tf.Tensor
    const { loss, gradients } = lossGradients(parameters, setting, (ofExamples) => {
      if (extent === 'update') losses = tf.keep(tf.clone(ofExamples))
    })
    if (extent === 'backward') return { loss: tf.add(loss, sumOfAll([...gradients.values()])) }
    const scalars = this.inputs as unknown as UpdateInputs
    const { maxGradientNorm } = model
    const clipped = maxGradientNorm === null ? gradients : clipByGlobalNorm(gradients, maxGradientNorm)
    const applied = setting.changes?.gradients?.(clipped) ?? clipped
    const exempt = exemptFromDecay(model.config, applied.keys())
    updateWeights(model.backend, this.variable, applied, { ...model.optimizer, exempt }, scalars)
    return { loss, losses }
  }
}

/** A number that needs every entry of every tensor. */
function sumOfAll(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors.reduce<tf.Tensor>((sum, tensor) => tf.add(sum, tf.sum(tensor)), tf.scalar(0))
}

/**
 * Loss and predictions of a batch, without dropout.
 *
 * @param model the model
 * @param size rows B and tokens T of the batch
 * @returns a function with outputs `loss` (weighted mean) and `predictions` (what the head reads, [R])
 */
export function evaluationFunction(model: StepModel, size: StepSize): TracedFunction {
  return {
    inputs: batchSignature(model.config.taskKind, size.rows, size.tokens),
    body(inputs, variable) {
      const batch = batchOf(model.config.taskKind, inputs)
      const logits = modelLogits(readWeights(model, variable), model.config, batch.inputs)
      const predictions = headOf(model.config.taskKind).predictions(logits)
      const losses = exampleLosses(logits, batch.targets)
      return { loss: tf.sum(tf.mul(losses, batch.targets.weights!)), predictions }
    },
  }
}

/**
 * One batch of a method's survey: new values of the method's tensors.
 *
 * @param model the model
 * @param accumulate the survey's sums with a batch added
 * @param size rows B and tokens T of the batch
 * @returns a function without outputs
 */
export function surveyFunction(
  model: StepModel,
  accumulate: NonNullable<Survey['accumulate']>,
  size: StepSize,
): TracedFunction {
  return {
    inputs: { ...batchSignature(model.config.taskKind, size.rows, size.tokens), surveyKey: key },
    body(inputs, variable, within) {
      const parameters = readWeights(model, variable)
      const random = passRandom(model.uniform, inputs['surveyKey'] as tf.Scalar)
      const step: StepContext = {
        config: model.config,
        parameters,
        state: readState(model, variable),
        batch: batchOf(model.config.taskKind, inputs),
        logits: logitsOf(parameters, model.config),
        random: () => random,
        begin: () => undefined,
      }
      const changed = within(attributionPart, () => accumulate(step))
      for (const [name, value] of changed) variable(variableNames.state(name)).assign(value)
      return {}
    },
  }
}

/** The method's tensors as they stand when a function runs. */
function readState(model: StepModel, variable: (name: string) => GraphVariable): Parameters {
  return new Map([...model.state.keys()].map((name) => [name, variable(variableNames.state(name)).read()]))
}

/**
 * The weights as they stand when a function runs.
 *
 * @param model for their names
 * @param variable the graph's variables
 */
export function readWeights(model: StepModel, variable: (name: string) => GraphVariable): Parameters {
  return new Map([...model.shapes.keys()].map((name) => [name, variable(variableNames.weight(name)).read()]))
}
