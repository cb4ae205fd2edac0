/** Steps computed as one TensorFlow graph: weights, moments and every function on them live in it. */
import * as tf from '@tensorflow/tfjs'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { surveyKey } from '@main/ml/random/uniform-source.ts'
import { headOf } from '@main/ml/heads/head-table.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { startingState } from '@main/ml/training/method-state.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { compile, type CompiledGraph, type Tensors } from '@main/tracer/compile.ts'
import { LabError } from '@shared/failures/failure.ts'
import { calibratedShares, timedExtents } from './calibration.ts'
import {
  calibratedLength,
  evaluationName,
  functionsOf,
  partName,
  stepName,
  surveyName,
  type Phase,
  type RunFunctions,
} from './run-functions.ts'
import { variableNames } from './graph-adam-w.ts'
import { assignState, loadVariables, tensorsOf, variablesOf, withShapes, zerosOf } from './graph-values.ts'
import { batchInputs, idleUpdate, type StepModel } from './step-functions.ts'
import { rewrittenNodes } from './rewritten-nodes.ts'
import { stepInputs, updateNumbers } from './step-inputs.ts'
import { checkedExamples, checkTrace, eagerEvaluationLoss, eagerStepLosses } from './trace-check.ts'
import type { TracedTrainerPlan } from './trainer-plan.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { ParameterShapes } from '@main/ml/models/weight-spec.ts'
import type { Regularizer, StepContext, StepPart, SurveyPlace } from '@main/ml/regularizers/regularizer.ts'
import type {
  EvaluatedBatch,
  ExampleBatch,
  StepMoment,
  StepPlace,
  PhaseShares,
  StepShares,
  StoredWeight,
  SurveyOutcome,
  Trainer,
  TrainerStart,
} from '@main/ml/training/trainer.ts'
import type { TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'

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
  start: TrainerStart,
): Trainer {
  const shapes = new Map([...start.parameters].map(([name, tensor]) => [name, tensor.shape]))
  const { config, optimizer, uniform, maxGradientNorm } = plan
  const regularizer = regularizerFor(plan.method)
  const state = regularizer.state?.shapes(shapes, config) ?? new Map<string, number[]>()
  const model: StepModel = { backend, config, shapes, state, optimizer, uniform, maxGradientNorm }
  const { stepShares = {} } = start
  const { functions, scratch, integrated } = functionsOf(model, plan, stepShares)
  const graph = compile(backend, {
    scratch,
    variables: variablesOf(shapes, state),
    functions,
    rewrite: (nodes) => rewrittenNodes(nodes, plan),
  })
  loadVariables(graph, start)
  tf.tidy(() => {
    const values = startingState(regularizer.state, config, start.parameters, start.methodState)
    assignState(graph, values)
  })
  return new TracedTrainer(
    { graph, plan, regularizer, shapes, state, integrated, stepShares },
    start.state?.step ?? 0,
  )
}

/** What a traced trainer holds. */
interface TracedTrainerParts {
  readonly graph: CompiledGraph
  readonly plan: TracedTrainerPlan
  readonly regularizer: Regularizer
  readonly shapes: ParameterShapes
  readonly state: ParameterShapes
  readonly integrated: RunFunctions['integrated']
  readonly stepShares: PhaseShares
}

/** A trainer whose weights live in a graph. */
class TracedTrainer implements Trainer {
  private readonly graph: CompiledGraph
  private readonly plan: TracedTrainerPlan
  private readonly regularizer: Regularizer
  readonly shapes: ParameterShapes
  private readonly state: ParameterShapes
  private readonly integrated: RunFunctions['integrated']
  private updates: number
  private readonly checked = new Set<string>()
  /** Functions that have run; TensorFlow compiles one when it first runs. */
  private readonly compiled = new Set<string>()
  private shares: PhaseShares

  constructor(
    { graph, plan, regularizer, shapes, state, integrated, stepShares }: TracedTrainerParts,
    updates: number,
  ) {
    this.graph = graph
    this.plan = plan
    this.regularizer = regularizer
    this.shapes = shapes
    this.state = state
    this.integrated = integrated
    this.updates = updates
    this.shares = stepShares
  }

  step(batch: ExampleBatch, place: StepPlace, onPart: (now: StepMoment) => void): number {
    const tokens = this.bucketOf(batch.length)
    const name = stepName(place.phase, tokens)
    const { shares, expected } = this.prepared(batch, place, tokens, onPart)
    const isTimed = this.compiled.has(name)
    // Compilation is no part of training, and cannot be told from the step that it comes with.
    if (!isTimed) onPart('startUp')
    const { seed, optimizer } = this.plan
    this.updates++
    return inScope(() => {
      const inputs = {
        ...this.tensors(batch, { rows: this.plan.batchSize, tokens }),
        ...stepInputs(seed, place.stepNumber, updateNumbers(optimizer, this.updates, place.learningRate)),
      }
      this.attribute(place.phase, tokens, inputs, isTimed ? onPart : () => undefined)
      if (isTimed) onPart(shares)
      const { loss, losses } = this.run(name, inputs)
      const value = loss!.dataSync()[0]!
      if (expected !== null)
        checkTrace(`${place.phase}, ${tokens} tokens`, expected, losses!.dataSync(), this.plan)
      return value
    })
  }

  evaluate(batch: ExampleBatch): EvaluatedBatch {
    const tokens = this.bucketOf(batch.length)
    return inScope(() => {
      const rows = this.plan.evaluationBatchSize
      if (!this.checked.has(evaluationName(tokens))) this.checkEvaluation(batch, tokens)
      const { loss, predictions } = this.graph.run(
        evaluationName(tokens),
        this.tensors(batch, { rows, tokens }),
      )
      const read = headOf(this.plan.config.taskKind).read(predictions!.dataSync(), batch.examples, tokens)
      return { loss: loss!.dataSync()[0]!, predictions: read }
    })
  }

  weights(names?: readonly string[]): ReadonlyMap<string, StoredWeight> {
    const shapes = this.shapesOf(names)
    return withShapes(shapes, this.values(variableNames.weight, shapes))
  }

  optimizerState(names?: readonly string[]): OptimizerState {
    const shapes = this.shapesOf(names)
    return {
      step: this.updates,
      firstMoments: this.values(variableNames.firstMoment, shapes),
      secondMoments: this.values(variableNames.secondMoment, shapes),
    }
  }

  stepShares(): PhaseShares {
    return this.shares
  }

  methodState(): ReadonlyMap<string, StoredWeight> {
    return withShapes(this.state, this.values(variableNames.state, this.state))
  }

  survey(batch: ExampleBatch, batchNumber: number, onPart?: (now: 'startUp') => void): void {
    const tokens = this.bucketOf(batch.length)
    const name = surveyName(tokens)
    if (!this.compiled.has(name)) onPart?.('startUp')
    inScope(() => {
      if (batchNumber === 1) assignState(this.graph, zerosOf(this.state))
      this.run(name, {
        ...this.tensors(batch, { rows: this.plan.batchSize, tokens }),
        surveyKey: tf.scalar(surveyKey(this.plan.seed, batchNumber), 'int32'),
      })
    })
  }

  concludeSurvey(place: SurveyPlace): SurveyOutcome {
    const weights = this.values(variableNames.weight)
    const { config, seed } = this.plan
    const found = { state: this.values(variableNames.state, this.state), weights, seed, config }
    const { state, weights: changed, note = null } = this.regularizer.survey!.conclude({ ...place, ...found })
    inScope(() => {
      assignState(this.graph, tensorsOf(this.state, state))
      if (changed === null) return
      const parameters = tensorsOf(this.shapes, new Map([...weights, ...changed]))
      const zeros = [...weights].map(([name, { length }]) => [name, new Float32Array(length)] as const)
      const moments = new Map(zeros)
      loadVariables(this.graph, {
        parameters,
        state: { step: 0, firstMoments: moments, secondMoments: moments },
      })
      this.updates = 0
    })
    return { isRewound: changed !== null, note }
  }

  dispose(): void {
    this.graph.dispose()
  }

  /** Integrated gradients of the batch, into the graph's variables; nothing for other methods. */
  private attribute(phase: Phase, tokens: number, inputs: Tensors, onPart: (now: StepPart) => void): void {
    const functions = phase === 'regularized' ? this.integrated.get(tokens) : undefined
    if (functions === undefined) return
    onPart('firstPass')
    const run = (name: string, given: Tensors): void => {
      tf.dispose(Object.values(this.graph.run(name, given)))
    }
    functions.attribute(run, inputs, () => {
      onPart('attribution')
    })
  }

  /** What a step must know before it runs; finding it out the first time is neither input nor a part of the step. */
  private prepared(
    batch: ExampleBatch,
    place: StepPlace,
    tokens: number,
    onPart: (now: StepMoment) => void,
  ): { shares: StepShares; expected: ArrayLike<number> | null } {
    const name = stepName(place.phase, tokens)
    const known = this.shares[place.phase]
    const isChecked = !this.plan.checksTraces || this.checked.has(name)
    if (known !== undefined && isChecked) return { shares: known, expected: null }
    onPart('startUp')
    const shares = known ?? this.measuredShares(batch, place)
    this.shares = { ...this.shares, [place.phase]: shares }
    this.checked.add(name)
    const read = (): Pick<StepContext, 'parameters' | 'state'> => ({
      parameters: this.readWeights(),
      state: this.read(variableNames.state, this.state),
    })
    const expected = isChecked ? null : eagerStepLosses(this.plan, read, { ...batch, length: tokens }, place)
    onPart({ input: 1 })
    return { shares, expected }
  }

  /** Shares of a step's parts, measured on one length; examples that are longer lose their end. */
  private measuredShares(batch: ExampleBatch, place: StepPlace): StepShares {
    const tokens = calibratedLength(this.plan.buckets)
    const examples = batch.examples.map((example) => ({
      ...example,
      inputIds: example.inputIds.slice(0, tokens),
      tokenTypeIds: example.tokenTypeIds.slice(0, tokens),
    }))
    return inScope(() => {
      const inputs = {
        ...this.tensors({ examples, length: tokens }, { rows: this.plan.batchSize, tokens }),
        ...stepInputs(this.plan.seed, place.stepNumber, idleUpdate),
      }
      this.attribute(place.phase, tokens, inputs, () => undefined)
      return calibratedShares(timedExtents(this.plan.method, place.phase), this.plan.now, (extent) =>
        inScope(() => {
          const name = extent === 'update' ? stepName(place.phase, tokens) : partName(place.phase, extent)
          return this.run(name, inputs)['loss']!.dataSync()[0]!
        }),
      )
    })
  }

  private checkEvaluation(batch: ExampleBatch, tokens: number): void {
    this.checked.add(evaluationName(tokens))
    if (!this.plan.checksTraces) return
    const few = { examples: batch.examples.slice(0, checkedExamples), length: tokens }
    const size = { rows: this.plan.evaluationBatchSize, tokens }
    const { loss } = this.graph.run(evaluationName(tokens), this.tensors(few, size))
    const expected = eagerEvaluationLoss(this.plan, () => this.readWeights(), few)
    checkTrace(`evaluation, ${tokens} tokens`, [expected], loss!.dataSync(), this.plan)
  }

  /** Runs a function of which it matters whether it has run before. */
  private run(name: string, inputs: Tensors): Tensors {
    this.compiled.add(name)
    return this.graph.run(name, inputs)
  }

  /** The weights as tensors of the eager engine; freed with the surrounding scope. */
  private readWeights(): Parameters {
    return this.read(variableNames.weight)
  }

  private shapesOf(names?: readonly string[]): ParameterShapes {
    return names === undefined ? this.shapes : new Map(names.map((name) => [name, this.shapes.get(name)!]))
  }

  /** One variable of every weight, or of every one of some tensors, copied out. */
  private values(nameOf: (name: string) => string, shapes = this.shapes): ReadonlyMap<string, Float32Array> {
    return inScope(() => {
      const tensors = this.read(nameOf, shapes)
      return new Map([...tensors].map(([name, tensor]) => [name, tensor.dataSync<'float32'>()]))
    })
  }

  private read(nameOf: (name: string) => string, shapes = this.shapes): ReadonlyMap<string, tf.Tensor> {
    const names = [...shapes.keys()]
    if (names.length === 0) return new Map()
    const found = this.graph.read(names.map(nameOf))
    return new Map(names.map((name) => [name, found.get(nameOf(name))!]))
  }

  /** The batch as the function's inputs; freed with the surrounding scope. */
  private tensors({ examples }: ExampleBatch, size: { rows: number; tokens: number }): Tensors {
    return batchInputs(makeBatch(examples, this.plan.config, size))
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
