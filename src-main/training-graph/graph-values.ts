/** Values on their way between the graph's variables and the processor's side. */
import * as tf from '@tensorflow/tfjs'
import { variableNames } from './graph-adam-w.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { ParameterShapes } from '@main/ml/models/weight-spec.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { StoredWeight, TrainerStart } from '@main/ml/training/trainer.ts'
import type { CompiledGraph } from '@main/tracer/compile.ts'

/**
 * Shapes of all variables that are read from outside.
 *
 * @param shapes of the weights; each has two moments beside it
 * @param state shapes of the method's tensors
 */
export function variablesOf(shapes: ParameterShapes, state: ParameterShapes): ParameterShapes {
  const { weight, firstMoment, secondMoment } = variableNames
  const trained = [...shapes].flatMap(([name, shape]) =>
    [weight, firstMoment, secondMoment].map((nameOf) => [nameOf(name), shape] as const),
  )
  const own = [...state].map(([name, shape]) => [variableNames.state(name), shape] as const)
  return new Map([...trained, ...own])
}

/**
 * Puts a method's tensors into the graph.
 *
 * @param graph the graph
 * @param values by the method's names; borrowed
 */
export function assignState(graph: CompiledGraph, values: Parameters): void {
  if (values.size === 0) return
  graph.assign(new Map([...values].map(([name, tensor]) => [variableNames.state(name), tensor])))
}

/**
 * Puts weights and moments into the graph; moments stay zero where there is no state.
 *
 * @param graph the graph
 * @param start weights, borrowed, and moments
 */
export function loadVariables(graph: CompiledGraph, start: Pick<TrainerStart, 'parameters' | 'state'>): void {
  const { parameters, state } = start
  const { weight, firstMoment, secondMoment } = variableNames
  graph.assign(new Map([...parameters].map(([name, tensor]) => [weight(name), tensor])))
  if (state === undefined) return
  const load = (nameOf: (name: string) => string, moments: OptimizerState['firstMoments']): void => {
    tf.tidy(() => {
      const tensors = [...moments].map(
        ([name, values]) => [nameOf(name), tf.tensor(values, parameters.get(name)!.shape)] as const,
      )
      graph.assign(new Map(tensors))
    })
  }
  load(firstMoment, state.firstMoments)
  load(secondMoment, state.secondMoments)
}

/**
 * Plain numbers with their shapes.
 *
 * @param shapes by name
 * @param values by name
 */
export function withShapes(shapes: ParameterShapes, values: PlainWeights): ReadonlyMap<string, StoredWeight> {
  return new Map([...shapes].map(([name, shape]) => [name, { shape, values: values.get(name)! }]))
}

/**
 * Plain numbers as tensors of the surrounding scope.
 *
 * @param shapes by name
 * @param values by name
 */
export function tensorsOf(shapes: ParameterShapes, values: PlainWeights): Parameters {
  return new Map(
    [...values].map(([name, numbers]) => [name, tf.tensor(numbers, [...shapes.get(name)!], 'float32')]),
  )
}

/**
 * Zeros.
 *
 * @param shapes by name
 */
export function zerosOf(shapes: ParameterShapes): Parameters {
  return new Map([...shapes].map(([name, shape]) => [name, tf.zeros([...shape])]))
}
