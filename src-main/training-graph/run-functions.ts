/** Everything that a run's graph can do: a step per phase and batch length, an evaluation per length, parts to be timed. */
import { fineTuning } from '@main/ml/regularizers/fine-tuning.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { timedExtents } from './calibration.ts'
import {
  integratedGradientFunctions,
  type IntegratedGradientFunctions,
} from './integrated-gradient-functions.ts'
import {
  evaluationFunction,
  stepFunction,
  surveyFunction,
  type RecordedRegularizer,
  type StepExtent,
  type StepModel,
} from './step-functions.ts'
import type { PhaseShares, StepPlace } from '@main/ml/training/trainer.ts'
import type { TracedFunction } from '@main/tracer/compile.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'

/** Kind of a step. */
export type Phase = StepPlace['phase']

/** What decides which functions a run needs. */
export interface FunctionPlan {
  readonly method: MethodConfig
  /** Rows of a training batch. */
  readonly batchSize: number
  /** Rows of an evaluation batch. */
  readonly evaluationBatchSize: number
  /** Ascending lengths that batches are padded to. */
  readonly buckets: readonly number[]
}

/** What a run's graph holds. */
export interface RunFunctions {
  readonly functions: Readonly<Record<string, TracedFunction>>
  readonly scratch: ReadonlyMap<string, readonly number[]>
  /** Integrated gradients by batch length; empty for other methods. */
  readonly integrated: ReadonlyMap<number, IntegratedGradientFunctions>
}

/**
 * Every function of a run, by name.
 *
 * @param model the model
 * @param plan method and shapes
 * @param measured shares of parts that are known; no functions to time those parts are needed
 */
export function functionsOf(model: StepModel, plan: FunctionPlan, measured: PhaseShares): RunFunctions {
  const { method, buckets } = plan
  const functions: Record<string, TracedFunction> = {}
  const integrated = integratedOf(model, plan)
  const accumulate = regularizerFor(method).survey?.accumulate
  const regularizerOf = (phase: Phase, tokens: number): RecordedRegularizer =>
    phase === 'fine-tuning' ? fineTuning : (integrated.get(tokens)?.regularizer ?? regularizerFor(method))
  for (const tokens of buckets) {
    const size = { rows: plan.batchSize, tokens }
    for (const phase of phasesOf(method)) {
      functions[stepName(phase, tokens)] = stepFunction(model, regularizerOf(phase, tokens), size)
    }
    functions[evaluationName(tokens)] = evaluationFunction(model, { rows: plan.evaluationBatchSize, tokens })
    Object.assign(functions, integrated.get(tokens)?.functions ?? {})
    if (accumulate !== undefined) functions[surveyName(tokens)] = surveyFunction(model, accumulate, size)
  }
  const tokens = calibratedLength(buckets)
  for (const phase of phasesOf(method).filter((wanted) => measured[wanted] === undefined)) {
    for (const extent of timedExtents(method, phase).filter((wanted) => wanted !== 'update')) {
      functions[partName(phase, extent)] = stepFunction(
        model,
        regularizerOf(phase, tokens),
        { rows: plan.batchSize, tokens },
        extent,
      )
    }
  }
  const scratch = new Map([...integrated.values()].flatMap(({ variables }) => [...variables]))
  return { functions, scratch, integrated }
}

/**
 * The length whose steps are timed in parts: one in the middle, since parts grow unlike each other with the length.
 *
 * @param buckets ascending
 */
export function calibratedLength(buckets: readonly number[]): number {
  return buckets[(buckets.length - 1) >> 1]!
}

/** Integrated gradients for every batch length, where the method takes them. */
function integratedOf(model: StepModel, plan: FunctionPlan): Map<number, IntegratedGradientFunctions> {
  const { method } = plan
  if (method.kind !== 'ad-drop' || method.attribution !== 'integrated-gradient') return new Map()
  return new Map(
    plan.buckets.map((tokens) => [
      tokens,
      integratedGradientFunctions(model, method, { rows: plan.batchSize, tokens }),
    ]),
  )
}

/** Kinds of steps a method's epochs may have. */
function phasesOf(method: MethodConfig): readonly Phase[] {
  if (method.kind === 'fine-tuning') return ['fine-tuning']
  return epochPhase(method, 1) === 'fine-tuning' ? ['fine-tuning', 'regularized'] : ['regularized']
}

/** Name of a function. */
export const stepName = (phase: Phase, tokens: number): string => `${phase}-${tokens}`
/** Name of a function. */
export const partName = (phase: Phase, extent: StepExtent): string => `${phase}-up-to-${extent}`
/** Name of a function. */
export const surveyName = (tokens: number): string => `survey-${tokens}`
/** Name of a function. */
export const evaluationName = (tokens: number): string => `evaluation-${tokens}`
