/** `lab bench step`: time of a traced training step per method, on a model of given size with random weights. */
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { modelWeights, initialValues } from '@main/ml/models/model-weights.ts'
import { shapesOf } from '@main/ml/models/weight-spec.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { uniformSequence } from '@main/ml/random/seed-mixing.ts'
import { compile, type CompiledGraph, type Tensors, type TracedFunction } from '@main/tracer/compile.ts'
import { variablesOf } from '@main/training-graph/graph-values.ts'
import {
  integratedGradientFunctions,
  type IntegratedGradientFunctions,
} from '@main/training-graph/integrated-gradient-functions.ts'
import { rewrittenNodes } from '@main/training-graph/rewritten-nodes.ts'
import { batchInputs, stepFunction } from '@main/training-graph/step-functions.ts'
import { stepInputs, updateNumbers } from '@main/training-graph/step-inputs.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import { benchMethods, benchSettings } from './bench-methods.ts'
import type { Regularizer } from '@main/ml/regularizers/regularizer.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { RecordedRegularizer, StepModel } from '@main/training-graph/step-functions.ts'
import type { LoadedEngine } from '@main/tensor-backend/load-backend.ts'

const size = z.number().int().positive()

/** What the command asks. */
export const benchRequest = z.object({
  layers: size,
  hidden: size,
  heads: size,
  intermediate: size,
  vocab: size,
  batch: size,
  length: size,
  precision: z.enum(['float32', 'bfloat16']),
  attributionPrecision: z.enum(['float32', 'bfloat16']),
  methods: z.array(z.enum(benchMethods as [string, ...string[]])).min(1),
  maskedLayers: z.union([z.literal('all'), z.array(z.number().int().nonnegative())]),
  steps: size,
  /** Folder that the graph is left in as a SavedModel, for profiling; deleted after loading when left out. */
  keepGraph: z.string().optional(),
})
type BenchRequest = z.infer<typeof benchRequest>

/** Times of one method, in milliseconds. */
interface MethodTimes {
  readonly medianMs: number
  readonly minMs: number
  readonly maxMs: number
  /** To fine-tuning's median; null where that was not timed. */
  readonly ratio: number | null
  /** Fine-tuning's products per step over the median time. */
  readonly gflops: number
}

/** What the command answers. */
export interface BenchAnswer {
  readonly engine: LoadedEngine['info']
  readonly precision: BenchRequest['precision']
  /** Rate of a bare product of the feed-forward layer's shape. */
  readonly matmulGflops: number
  readonly peakMemoryBytes: number
  readonly methods: Readonly<Record<string, MethodTimes>>
}

/** The update of every timed step. */
const benchOptimizer = { ...authorsAdamW, weightDecay: 0.01 }
/** Steps before the clock starts: the first compiles, the second grows buffers. */
const warmUpSteps = 2

/**
 * Times the methods, one step of each in turn.
 *
 * @param request sizes and methods
 * @param engine the loaded engine
 * @param now milliseconds of a clock that never goes back
 * @failure engine-unavailable where nothing can be traced, invalid-argument
 */
export function benchStep(
  request: BenchRequest,
  engine: LoadedEngine,
  now = (): number => performance.now(),
): BenchAnswer {
  if (engine.graphs === null) {
    throw new LabError(
      'engine-unavailable',
      `Steps are traced on TensorFlow alone; ${engine.info.backend} runs here.`,
      'Run "lab doctor" for what TensorFlow lacks.',
    )
  }
  if (request.hidden % request.heads !== 0) {
    throw new LabError(
      'invalid-argument',
      `${request.hidden} hidden units cannot be split among ${request.heads} heads.`,
      'Choose a divisor of --hidden.',
    )
  }
  const bench = new StepBench(request, engine)
  const times = new Map(request.methods.map((method) => [method, [] as number[]]))
  for (let round = -warmUpSteps; round < request.steps; round++) {
    for (const method of request.methods) {
      const start = now()
      bench.step(method)
      const duration = now() - start
      if (round >= 0) times.get(method)!.push(duration)
    }
  }
  const plain = times.get('fine-tuning')
  const methods = Object.fromEntries(
    [...times].map(([method, values]) => [method, summary(values, plain, productFlops(request))]),
  )
  return {
    engine: { ...engine.info, mode: 'traced' },
    precision: request.precision,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    matmulGflops: bench.matmulGflops(),
    methods,
  }
}

function summary(
  values: readonly number[],
  plain: readonly number[] | undefined,
  flops: number,
): MethodTimes {
  const medianMs = median(values)
  return {
    medianMs,
    minMs: Math.min(...values),
    maxMs: Math.max(...values),
    ratio: plain === undefined ? null : medianMs / median(plain),
    gflops: flops / medianMs / 1e6,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Operations of the products of a plain fine-tuning step that computes every token in every layer, as PyTorch's does. */
function productFlops({ layers, hidden, intermediate, batch, length }: BenchRequest): number {
  const linear = 2 * batch * length * (4 * hidden * hidden + 2 * hidden * intermediate)
  const attention = 2 * 2 * batch * length * length * hidden
  return 3 * layers * (linear + attention)
}

/** A graph with a step of every method. */
class StepBench {
  private readonly graph: CompiledGraph
  private readonly integrated = new Map<string, IntegratedGradientFunctions>()
  private readonly batch: Tensors
  private readonly request: BenchRequest
  private steps = 0

  constructor(request: BenchRequest, engine: LoadedEngine) {
    this.request = request
    const model = modelOf(request, engine)
    const shapes = new Map(model.shapes)
    const state = new Map<string, readonly number[]>()
    const size = { rows: request.batch, tokens: request.length }
    const functions: Record<string, TracedFunction> = { product: productFunction(request) }
    const scratch = new Map<string, readonly number[]>()
    for (const method of request.methods) {
      const settings = benchSettings(method, request.maskedLayers)
      const own = withTensorsOf(model, regularizerFor(settings))
      for (const [name, shape] of own.shapes) shapes.set(name, shape)
      for (const [name, shape] of own.state) state.set(name, shape)
      functions[method] = stepFunction(own, this.regularizer(own, method, settings), size)
      const extra = this.integrated.get(method)
      Object.assign(functions, extra?.functions ?? {})
      for (const [name, shape] of extra?.variables ?? []) scratch.set(name, shape)
    }
    this.graph = compile(model.backend, {
      variables: variablesOf(shapes, state),
      scratch,
      functions,
      ...(request.keepGraph === undefined ? {} : { keepIn: request.keepGraph }),
      rewrite: (nodes) => rewrittenNodes(nodes, request),
    })
    tf.tidy(() => {
      const specs = modelWeights(model.config, 2)
      const weights = [...shapes].map(([name, shape]) => {
        const spec = specs.get(name)
        const values = spec === undefined ? undefined : initialValues(spec, 0.02, 1)
        return [name, values === undefined ? tf.zeros([...shape]) : tf.tensor(values, [...shape])] as const
      })
      this.graph.assign(new Map(weights))
    })
    collectGarbage()
    this.batch = randomBatch(request)
  }

  /** One step of a method, to its end. */
  step(method: string): void {
    this.steps++
    const update = updateNumbers(benchOptimizer, this.steps, 1e-5)
    inScope(() => {
      this.integrated.get(method)?.attribute(
        (name, inputs) => {
          tf.dispose(Object.values(this.graph.run(name, inputs)))
        },
        this.batch,
        () => undefined,
      )
      this.graph.run(method, { ...this.batch, ...stepInputs(1, this.steps, update) })['loss']!.dataSync()
    })
  }

  /** Rate of a bare product, in 10⁹ operations a second. */
  matmulGflops(): number {
    const { batch, length, hidden, intermediate } = this.request
    const seconds = Array.from({ length: 25 }, () => {
      const start = performance.now()
      inScope(() => this.graph.run('product', this.batch)['first']!.dataSync())
      return (performance.now() - start) / 1000
    })
    return (2 * batch * length * hidden * intermediate) / median(seconds.slice(5)) / 1e9
  }

  private regularizer(model: StepModel, method: string, settings: MethodConfig): RecordedRegularizer {
    if (settings.kind !== 'ad-drop' || settings.attribution !== 'integrated-gradient')
      return regularizerFor(settings)
    const { batch: rows, length: tokens } = this.request
    const functions = integratedGradientFunctions(model, settings, { rows, tokens }, method)
    this.integrated.set(method, functions)
    return functions.regularizer
  }
}

/** The model with what a method brings along. */
function withTensorsOf(model: StepModel, regularizer: Regularizer): StepModel {
  const own = [...(regularizer.ownWeights?.(model.config) ?? [])]
  return {
    ...model,
    shapes: new Map([...model.shapes, ...own.map(([name, { shape }]) => [name, shape] as const)]),
    state: regularizer.state?.shapes(model.shapes, model.config) ?? new Map<string, readonly number[]>(),
  }
}

function modelOf(request: BenchRequest, engine: LoadedEngine): StepModel {
  const config: ModelConfig = {
    taskKind: 'classification',
    modelType: 'bert',
    hiddenAct: 'gelu',
    vocabSize: request.vocab,
    hiddenSize: request.hidden,
    intermediateSize: request.intermediate,
    numHiddenLayers: request.layers,
    numAttentionHeads: request.heads,
    maxPositionEmbeddings: Math.max(512, request.length),
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    classifierDropout: 0.1,
    initializerRange: 0.02,
    padTokenId: 0,
  }
  return {
    backend: engine.graphs!,
    config,
    shapes: shapesOf(modelWeights(config, 2)),
    state: new Map(),
    optimizer: benchOptimizer,
    uniform: engine.uniform,
    maxGradientNorm: null,
  }
}

/** Full-length sequences of random ids. */
function randomBatch({ batch, length, vocab }: BenchRequest): Tensors {
  const uniform = uniformSequence(1, 'bench')
  const examples = Array.from({ length: batch }, (_, row) => ({
    inputIds: Array.from({ length }, () => Math.floor(uniform() * vocab)),
    tokenTypeIds: new Array<number>(length).fill(0),
    label: row % 2,
  }))
  return batchInputs(makeBatch(examples, { taskKind: 'classification', padTokenId: 0 }))
}

/** A product of the feed-forward layer's shape, of matrices that stay in the graph. */
function productFunction({ batch, length, hidden, intermediate }: BenchRequest): TracedFunction {
  return {
    inputs: { weights: { shape: [batch], dtype: 'float32' } },
    body(inputs) {
      const one = tf.max(inputs['weights']!)
      const rows = tf.mul<tf.Tensor2D>(tf.fill([batch * length, hidden], 1), one)
      const weight = tf.mul<tf.Tensor2D>(tf.fill([intermediate, hidden], 1), one)
      return { first: tf.slice(tf.matMul(rows, weight, false, true), [0, 0], [1, 1]) }
    },
  }
}
