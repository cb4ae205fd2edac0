/** Steps computed as one TensorFlow graph: weights, moments and every function on them live in it. */
import * as tf from '@tensorflow/tfjs'
import { updateScalars, type AdamWSettings, type OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import { passKey, type PassName, type UniformSource } from '@main/ml/random/uniform-source.ts'
import { fineTuning } from '@main/ml/regularizers/fine-tuning.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { withBfloat16Products } from '@main/tracer/bfloat16-products.ts'
import { compile, type CompiledGraph, type Tensors, type TracedFunction } from '@main/tracer/compile.ts'
import { LabError } from '@shared/failures/failure.ts'
import { variableNames } from './graph-adam-w.ts'
import {
  attributionPart,
  batchInputs,
  evaluationFunction,
  passInputs,
  stepFunction,
  type StepExtent,
  type StepModel,
} from './step-functions.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { ExampleBatch, EvaluatedBatch, StepPlace, StoredWeight, Trainer } from '@main/ml/training/trainer.ts'
import type { GraphNode } from '@main/tracer/graph-node.ts'
import type { TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** Everything a traced trainer is made from. */
export interface TracedTrainerPlan {
  readonly config: EncoderConfig
  readonly kind: 'classification' | 'regression'
  readonly method: MethodConfig
  readonly optimizer: AdamWSettings
  /** The run's seed. */
  readonly seed: number
  readonly uniform: UniformSource
  /** Rows of a training batch. */
  readonly batchSize: number
  /** Rows of an evaluation batch. */
  readonly evaluationBatchSize: number
  /** Ascending lengths that batches are padded to. */
  readonly buckets: readonly number[]
  readonly precision: 'float32' | 'bfloat16'
  /** Precision of the pass that attribution is taken from. */
  readonly attributionPrecision: 'float32' | 'bfloat16'
}

/** Where training starts. */
export interface TracedTrainerStart {
  /** First weights; copied. */
  readonly parameters: Parameters
  readonly state?: OptimizerState
}

type Phase = StepPlace['phase']

/**
 * Compiles a run's functions and loads its weights into the graph.
 *
 * @param backend tfjs-node's backend
 * @param plan model, method, batch shapes
 * @param start weights and moments
 */
export function createTracedTrainer(
  backend: TensorflowBackend,
  plan: TracedTrainerPlan,
  start: TracedTrainerStart,
): TracedTrainer {
  const shapes = new Map([...start.parameters].map(([name, tensor]) => [name, tensor.shape]))
  const { config, kind, optimizer, uniform } = plan
  const model: StepModel = { backend, config, kind, shapes, optimizer, uniform }
  const graph = compile(backend, {
    variables: new Map(
      [...shapes].flatMap(([name, shape]) =>
        Object.values(variableNames).map((nameOf) => [nameOf(name), shape] as const),
      ),
    ),
    functions: functionsOf(model, plan),
    ...(plan.precision === 'bfloat16' ? { rewrite: (nodes) => inBfloat16(nodes, plan) } : {}),
  })
  loadVariables(graph, start)
  return new TracedTrainer(graph, plan, shapes, start.state?.step ?? 0)
}

/** Every function of a run, by name. */
function functionsOf(model: StepModel, plan: TracedTrainerPlan): Record<string, TracedFunction> {
  const functions: Record<string, TracedFunction> = {}
  const regularizer = { 'fine-tuning': fineTuning, regularized: regularizerFor(plan.method) }
  for (const tokens of plan.buckets) {
    const size = { rows: plan.batchSize, tokens }
    for (const phase of phasesOf(plan.method)) {
      for (const extent of extents) functions[stepName(phase, tokens, extent)] = stepFunction(model, regularizer[phase], size, extent)
    }
    functions[evaluationName(tokens)] = evaluationFunction(model, { rows: plan.evaluationBatchSize, tokens })
  }
  return functions
}

const extents: readonly StepExtent[] = ['update']

/** Kinds of steps a method's epochs may have. */
function phasesOf(method: MethodConfig): readonly Phase[] {
  if (method.kind === 'fine-tuning') return ['fine-tuning']
  return method.crossTuning ? ['fine-tuning', 'regularized'] : ['regularized']
}

const stepName = (phase: Phase, tokens: number, extent: StepExtent): string => `${phase}-${tokens}-${extent}`
const evaluationName = (tokens: number): string => `evaluation-${tokens}`

function inBfloat16(nodes: readonly GraphNode[], plan: TracedTrainerPlan): GraphNode[] {
  const isAttribution = (node: GraphNode): boolean => node.name.includes(`/${attributionPart}/`)
  return withBfloat16Products(nodes, (node) => plan.attributionPrecision === 'bfloat16' || !isAttribution(node))
}

function loadVariables(graph: CompiledGraph, { parameters, state }: TracedTrainerStart): void {
  for (const [name, tensor] of parameters) graph.assign(variableNames.weight(name), tensor)
  if (state === undefined) return
  const load = (nameOf: (name: string) => string, moments: OptimizerState['firstMoments']): void => {
    for (const [name, values] of moments) {
      tf.tidy(() => {
        graph.assign(nameOf(name), tf.tensor(values, parameters.get(name)!.shape))
      })
    }
  }
  load(variableNames.firstMoment, state.firstMoments)
  load(variableNames.secondMoment, state.secondMoments)
}

/** A trainer whose weights live in a graph. */
export class TracedTrainer implements Trainer {
  private readonly graph: CompiledGraph
  private readonly plan: TracedTrainerPlan
  private readonly shapes: ReadonlyMap<string, readonly number[]>
  private updates: number

  constructor(
    graph: CompiledGraph,
    plan: TracedTrainerPlan,
    shapes: ReadonlyMap<string, readonly number[]>,
    updates: number,
  ) {
    this.graph = graph
    this.plan = plan
    this.shapes = shapes
    this.updates = updates
  }

  step(batch: ExampleBatch, place: StepPlace): number {
    this.updates++
    const tokens = this.bucketOf(batch.length)
    return inScope(() => {
      const outputs = this.graph.run(stepName(place.phase, tokens, 'update'), {
        ...this.tensors(batch, { rows: this.plan.batchSize, tokens }),
        ...this.stepInputs(place),
      })
      return outputs['loss']!.dataSync()[0]!
    })
  }

  evaluate(batch: ExampleBatch): EvaluatedBatch {
    const tokens = this.bucketOf(batch.length)
    return inScope(() => {
      const rows = this.plan.evaluationBatchSize
      const { loss, predictions } = this.graph.run(evaluationName(tokens), this.tensors(batch, { rows, tokens }))
      return { loss: loss!.dataSync()[0]!, predictions: predictions!.dataSync() }
    })
  }

  weights(): ReadonlyMap<string, StoredWeight> {
    return new Map(
      [...this.shapes].map(([name, shape]) => [name, { shape, values: this.values(variableNames.weight(name)) }]),
    )
  }

  optimizerState(): OptimizerState {
    const moments = (nameOf: (name: string) => string): ReadonlyMap<string, Float32Array> =>
      new Map([...this.shapes.keys()].map((name) => [name, this.values(nameOf(name))]))
    return {
      step: this.updates,
      firstMoments: moments(variableNames.firstMoment),
      secondMoments: moments(variableNames.secondMoment),
    }
  }

  calibratedShares(): null {
    return null
  }

  takeNotes(): readonly string[] {
    return []
  }

  dispose(): void {
    this.graph.dispose()
  }

  private values(variable: string): Float32Array {
    return inScope(() => this.graph.read(variable).dataSync<'float32'>())
  }

  /** The batch as the function's inputs; freed with the surrounding scope. */
  private tensors({ examples }: ExampleBatch, size: { rows: number; tokens: number }): Tensors {
    return batchInputs(makeBatch(examples, this.plan.kind, this.plan.config.padTokenId, size))
  }

  /** Keys and scalars of a step. */
  private stepInputs({ stepNumber, learningRate }: StepPlace): Tensors {
    const { optimizer, seed } = this.plan
    const { decay, beta1Power, beta2Power, epsilon } = updateScalars(optimizer, this.updates, learningRate)
    const numbers = { beta1Power, beta2Power, epsilon, learningRate, decayFactor: 1 - decay }
    const scalars = Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)])
    const keys = Object.entries(passInputs).map(([pass, name]) => [
      name,
      tf.scalar(passKey(seed, stepNumber, pass as PassName), 'int32'),
    ])
    return Object.fromEntries([...scalars, ...keys]) as Tensors
  }

  /** The shortest bucket that holds a batch. */
  private bucketOf(length: number): number {
    const bucket = this.plan.buckets.find((tokens) => tokens >= length)
    if (bucket !== undefined) return bucket
    throw new LabError(
      'invalid-config',
      `A batch of ${length} tokens fits no shape of this run; the longest is ${this.plan.buckets.at(-1) ?? 0}.`,
      'Lower training.maxLength so that every example is cut to a length the run was prepared for.',
    )
  }
}
