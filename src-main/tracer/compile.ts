/** Functions of tensors, compiled to one TensorFlow graph with shared variables. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { dataType, nodeName, shapeValue, type GraphNode } from './graph-node.ts'
import { Recorder } from './recorder.ts'
import { graphTag, writeSavedModel } from './saved-model-file.ts'
import { TraceFailure } from './trace-failure.ts'
import { typeAttribute, type TensorflowBackend } from './tensorflow-backend.ts'
import type { TensorForm } from './shape-rules.ts'

/** Named tensors. */
export type Tensors = Readonly<Record<string, tf.Tensor>>

/** Shape and type by name. */
export type Signature = Readonly<Record<string, TensorForm>>

/** A variable as a traced function sees it. */
export interface GraphVariable {
  /** The value at this point of the function. */
  read(): tf.Tensor
  /** Replaces the value. */
  assign(value: tf.Tensor): void
  /** Handle, for operations that change variables (`ResourceApplyAdam`). */
  readonly handle: tf.Tensor
}

/** A function to compile. */
export interface TracedFunction {
  readonly inputs: Signature
  /**
   * Called once, on tensors without values.
   *
   * @param inputs one tensor per name of the signature
   * @param variable a variable by name
   * @param within marks the nodes of a part: their names contain `/part/`
   * @returns the outputs
   */
  body(inputs: Tensors, variable: (name: string) => GraphVariable, within: Within): Tensors
}

/** Runs `work`, whose nodes get the part's name into theirs. */
export type Within = <Value>(part: string, work: () => Value) => Value

/** What is compiled together: functions that share variables. */
export interface GraphDefinition {
  /** float32 variables, zero until assigned. */
  readonly variables: ReadonlyMap<string, readonly number[]>
  /** float32 variables that have no value until a function assigns one. */
  readonly scratch?: ReadonlyMap<string, readonly number[]>
  readonly functions: Readonly<Record<string, TracedFunction>>
  /** Changes the recorded nodes before they are loaded, for instance their precision. */
  readonly rewrite?: (nodes: readonly GraphNode[]) => readonly GraphNode[]
  /** Folder in which the graph stays as a SavedModel; a temporary one is deleted once TensorFlow has read it. */
  readonly keepIn?: string
}

/** A loaded graph. */
export interface CompiledGraph {
  /** Number of nodes, for reports. */
  readonly nodes: number
  /**
   * Runs a function.
   *
   * @param name of the definition
   * @param inputs tensors of its signature; borrowed
   * @returns its outputs; the caller disposes them
   * @throws Error when an input is missing or has another shape, or TensorFlow fails
   */
  run(name: string, inputs: Tensors): Record<string, tf.Tensor>
  /**
   * Values of variables, in one run of the graph. TensorFlow prepares the graph once more for every new list of names.
   *
   * @param variables names
   * @returns copies; the caller disposes them
   * @throws Error when there is no such variable
   */
  read(variables: Iterable<string>): Map<string, tf.Tensor>
  /**
   * Replaces the values of variables, in one run of the graph. As with `read`, a new list of names costs more.
   *
   * @param values by name; borrowed
   * @throws Error when there is no such variable, or its shape or type is another
   */
  assign(values: ReadonlyMap<string, tf.Tensor>): void
  /** Frees the graph and its variables. */
  dispose(): void
}

/**
 * Records functions and loads them as one TensorFlow graph.
 *
 * @param backend tfjs-node's backend, unmodified
 * @param definition variables and functions
 * @returns the graph, with all variables zero
 * @throws TraceFailure when a function does something that cannot be recorded
 */
export function compile(backend: TensorflowBackend, definition: GraphDefinition): CompiledGraph {
  const recorder = new Recorder(backend)
  const signatures = new Map<string, { inputs: Signature; outputs: readonly string[] }>()
  tf.tidy(() => {
    const handles = declareVariables(recorder, backend, definition)
    for (const [name, traced] of Object.entries(definition.functions)) {
      signatures.set(name, {
        inputs: traced.inputs,
        outputs: recordFunction(recorder, name, traced, handles),
      })
    }
  })
  const nodes = definition.rewrite?.(recorder.nodes) ?? recorder.nodes
  const id = load(backend, nodes, definition.keepIn)
  return loadedGraph(backend, id, signatures, definition.variables, nodes.length)
}

/** Handles, initial zeros, and the nodes through which values come in and go out. */
function declareVariables(
  recorder: Recorder,
  backend: TensorflowBackend,
  { variables, scratch = new Map() }: Pick<GraphDefinition, 'variables' | 'scratch'>,
): ReadonlyMap<string, GraphVariable> {
  const made = new Map<string, GraphVariable>()
  // Fed, not a constant: of a constant TensorFlow would compute all zeros once and keep them beside the variables.
  recorder.add('Placeholder', [], { dtype: float, shape: { shape: shapeValue([]) } }, zeroNode)
  for (const [name, shape] of [...variables, ...scratch]) {
    const node = variableNode(name)
    recorder.add(
      'VarHandleOp',
      [],
      {
        dtype: float,
        shape: { shape: shapeValue(shape) },
        shared_name: { s: Buffer.from(node) },
        container: { s: Buffer.from('') },
      },
      node,
    )
    recorder.add('Placeholder', [], { dtype: float, shape: { shape: shapeValue(shape) } }, `${node}/value`)
    const value = ownCopy(recorder, `${node}/value`)
    recorder.add('AssignVariableOp', [node, value], { dtype: float }, `${node}/write`)
    scalarZero(recorder, [`^${node}/write`], `${node}/assigned`)
    recorder.add('ReadVariableOp', [node], { dtype: float }, `${node}/read`)
    addZeros(recorder, node, shape)
    const handle = recorder.tensor(node, { shape: [], dtype: 'string' })
    recorder.declareVariable(handle, { shape, dtype: 'float32' })
    made.set(name, graphVariable(backend, handle))
  }
  const cleared = [...variables.keys()].map((name) => `^${variableNode(name)}/clear`)
  scalarZero(recorder, cleared, clearedNode)
  return made
}

/**
 * A copy, in TensorFlow's memory, of what is fed. Fed tensors may share memory with JavaScript. A variable that kept such a
 * one would give it back on one of TensorFlow's threads, at its first change, where tfjs-node calls into JavaScript's
 * engine, which only the main thread may do: it breaks that engine's lists, and then the process crashes or hangs.
 */
function ownCopy(recorder: Recorder, fed: string): string {
  return recorder.add('DeepCopy', [fed], { T: float }, `${fed}/copy`)
}

/** A float32 0 that is there once other nodes have run. */
function scalarZero(recorder: Recorder, after: readonly string[], name: string): void {
  const tensor = { dtype: dataType.float32, tensorShape: shapeValue([]), tensorContent: new Uint8Array(4) }
  recorder.add('Const', after, { dtype: float, value: { tensor } }, name)
}

/** A node that sets a variable to zeros, which TensorFlow makes. */
function addZeros(recorder: Recorder, node: string, shape: readonly number[]): void {
  const int = { type: dataType.int32 }
  const tensorContent = Buffer.from(Int32Array.from(shape).buffer)
  const tensor = { dtype: dataType.int32, tensorShape: shapeValue([shape.length]), tensorContent }
  recorder.add('Const', [], { dtype: int, value: { tensor } }, `${node}/shape`)
  recorder.add('Fill', [`${node}/shape`, zeroNode], { T: float, index_type: int }, `${node}/zeros`)
  recorder.add('AssignVariableOp', [node, `${node}/zeros`], { dtype: float }, `${node}/clear`)
}

function graphVariable(backend: TensorflowBackend, handle: tf.Tensor): GraphVariable {
  const attributes = [typeAttribute(backend, 'dtype', 'TF_FLOAT')]
  return {
    handle,
    read: () => backend.executeSingleOutput('ReadVariableOp', attributes, [handle]),
    assign: (value) => {
      backend.executeMultipleOutputs('AssignVariableOp', attributes, [handle, value], 0)
    },
  }
}

/** Records one function; answers the names of its outputs. */
function recordFunction(
  recorder: Recorder,
  name: string,
  traced: TracedFunction,
  variables: ReadonlyMap<string, GraphVariable>,
): readonly string[] {
  const inputs = Object.entries(traced.inputs).map(([input, form]) => {
    const type = { type: dataType[form.dtype as 'float32'] }
    const node = inputNode(name, input)
    recorder.add('Placeholder', [], { dtype: type, shape: { shape: shapeValue(form.shape) } }, node)
    // Variables are float32: what has another type is converted, which copies, before one keeps it.
    return [input, recorder.tensor(form.dtype === 'float32' ? ownCopy(recorder, node) : node, form)] as const
  })
  const variable = (wanted: string): GraphVariable => {
    const found = variables.get(wanted)
    if (found === undefined) throw new TraceFailure(`There is no variable named ${wanted}`)
    return found
  }
  const within: Within = (part, work) => recorder.within(part, work)
  const { value, effects } = recorder.record(name, () =>
    traced.body(Object.fromEntries(inputs), variable, within),
  )
  const after = effects.map((effect) => `^${effect}`)
  for (const [output, tensor] of Object.entries(value)) {
    const type = { type: dataType[tensor.dtype as 'float32'] }
    recorder.add('Identity', [recorder.reference(tensor), ...after], { T: type }, outputNode(name, output))
  }
  tf.dispose(Object.values(value).filter((tensor) => recorder.isRecorded(tensor)))
  scalarZero(recorder, after, doneNode(name))
  return Object.keys(value)
}

/** Hands the graph to TensorFlow, which copies it. */
function load(backend: TensorflowBackend, nodes: readonly GraphNode[], keepIn?: string): number {
  const folder = keepIn ?? mkdtempSync(join(tmpdir(), 'addrop-graph-'))
  try {
    writeSavedModel(folder, nodes)
    return backend.loadSavedModelMetaGraph(folder, graphTag)
  } finally {
    if (keepIn === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

function loadedGraph(
  backend: TensorflowBackend,
  id: number,
  signatures: ReadonlyMap<string, { inputs: Signature; outputs: readonly string[] }>,
  variables: GraphDefinition['variables'],
  nodes: number,
): CompiledGraph {
  const shapeOf = (name: string): readonly number[] => {
    const shape = variables.get(name)
    if (shape === undefined) throw new Error(`The graph has no variable ${name}.`)
    return shape
  }
  tf.tidy(() => {
    backend.runSavedModel(id, [tf.scalar(0)], [{ name: `${zeroNode}:0` }], [`${clearedNode}:0`])
  })
  return {
    nodes,
    run(name, inputs) {
      const signature = signatures.get(name)
      if (signature === undefined) throw new Error(`The graph has no function ${name}.`)
      const names = Object.keys(signature.inputs)
      const outputs = backend.runSavedModel(
        id,
        names.map((input) =>
          checked(`The input ${input} of ${name}`, inputs[input], signature.inputs[input]!),
        ),
        names.map((input) => ({ name: `${inputNode(name, input)}:0` })),
        // What only changes variables has no output to ask for.
        signature.outputs.length === 0
          ? [`${doneNode(name)}:0`]
          : signature.outputs.map((output) => `${outputNode(name, output)}:0`),
      )
      if (signature.outputs.length === 0) tf.dispose(outputs)
      return Object.fromEntries(signature.outputs.map((output, index) => [output, outputs[index]!]))
    },
    read(wanted) {
      const names = [...wanted]
      const nodes = names.map((name) => {
        shapeOf(name)
        return `${variableNode(name)}/read:0`
      })
      const values = nodes.length === 0 ? [] : backend.runSavedModel(id, [], [], nodes)
      return new Map(names.map((name, index) => [name, values[index]!]))
    },
    assign(values) {
      if (values.size === 0) return
      const tensors = [...values].map(([name, value]) =>
        checked(`The value for the variable ${name}`, value, { shape: shapeOf(name), dtype: 'float32' }),
      )
      const nodes = [...values.keys()].map(variableNode)
      const infos = nodes.map((node) => ({ name: `${node}/value:0` }))
      const assigned = nodes.map((node) => `${node}/assigned:0`)
      tf.dispose(backend.runSavedModel(id, tensors, infos, assigned))
    },
    dispose: () => {
      backend.deleteSavedModel(id)
    },
  }
}

/** A tensor of the shape and type that were recorded. */
function checked(what: string, tensor: tf.Tensor | undefined, { shape, dtype }: TensorForm): tf.Tensor {
  if (tensor === undefined) throw new Error(`${what} is missing.`)
  const fits =
    tensor.dtype === dtype &&
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => size === tensor.shape[axis])
  if (fits) return tensor
  const found = `${tensor.dtype} [${tensor.shape.join(', ')}]`
  throw new Error(`${what} is ${found}; ${dtype} [${shape.join(', ')}] was recorded.`)
}

const float = { type: dataType.float32 }
const zeroNode = 'variables/zero'
/** Runs after all variables are zero. */
const clearedNode = 'variables/cleared'
const variableNode = (name: string): string => `variable/${nodeName(name)}`
const inputNode = (name: string, input: string): string => `${nodeName(name)}/input/${nodeName(input)}`
const outputNode = (name: string, output: string): string => `${nodeName(name)}/output/${nodeName(output)}`
/** Runs after everything a function changes is changed. */
const doneNode = (name: string): string => `${nodeName(name)}/done`
