import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { compile, type CompiledGraph, type GraphVariable, type Tensors } from './compile.ts'
import { loadTensorflow, testTensor } from './testing/load-tensorflow.ts'
import { typeAttribute, type TensorflowBackend } from './tensorflow-backend.ts'

let backend: TensorflowBackend
beforeAll(async () => {
  backend = await loadTensorflow()
})

const weightShape = [3, 2]
const variables = new Map([
  ['weight', weightShape],
  ['exp_avg', weightShape],
  ['exp_avg_sq', weightShape],
  ['count', []],
])

type Body = (inputs: Tensors, variable: (name: string) => GraphVariable) => Tensors
const scalarInput = { x: { shape: [], dtype: 'float32' } } as const

/** A graph whose functions take one scalar x. */
const graphOf = (bodies: Record<string, Body>): CompiledGraph =>
  compile(backend, {
    variables,
    functions: Object.fromEntries(
      Object.entries(bodies).map(([name, body]) => [name, { inputs: scalarInput, body }]),
    ),
  })

function numbersOf(tensor: tf.Tensor | undefined): number[] {
  const values = Array.from(tensor!.dataSync())
  tensor!.dispose()
  return values
}

/** Runs a function on a number; answers its outputs as numbers. */
function run(graph: CompiledGraph, name: string, x = 0): Record<string, number[]> {
  const input = tf.scalar(x)
  const outputs = graph.run(name, { x: input })
  input.dispose()
  return Object.fromEntries(Object.entries(outputs).map(([output, tensor]) => [output, numbersOf(tensor)]))
}

const valueOf = (graph: CompiledGraph, name: string): number[] => numbersOf(graph.read([name]).get(name))
const assign = (graph: CompiledGraph, values: Record<string, tf.Tensor>): void => {
  graph.assign(new Map(Object.entries(values)))
  tf.dispose(Object.values(values))
}

/** Adam on `weight` with gradient x everywhere, β₁ 0.9, β₂ 0.99, rate 0.1, at its first step. */
function applyAdam(x: tf.Tensor, variable: (name: string) => GraphVariable): void {
  const no = { type: backend.binding['TF_ATTR_BOOL']!, value: false }
  const attributes = [
    typeAttribute(backend, 'T', 'TF_FLOAT'),
    { name: 'use_locking', ...no },
    { name: 'use_nesterov', ...no },
  ]
  const handles = ['weight', 'exp_avg', 'exp_avg_sq'].map((name) => variable(name).handle)
  const scalars = [0.9, 0.99, 0.1, 0.9, 0.99, 1e-8].map((value) => tf.scalar(value))
  const gradient = tf.mul(x, tf.ones(weightShape))
  backend.executeMultipleOutputs('ResourceApplyAdam', attributes, [...handles, ...scalars, gradient], 0)
}

describe('variables of a graph', () => {
  it('keep no memory of JavaScript, which they would give back on a thread of TensorFlow’s', () => {
    const size = 256
    const names = Array.from({ length: 8 }, (_, index) => `v${index}`)
    const form = { shape: [size], dtype: 'float32' } as const
    const graph = compile(backend, {
      variables: new Map(names.map((name) => [name, [size]])),
      functions: {
        keep: {
          inputs: Object.fromEntries(names.map((name) => [name, form])),
          body(inputs, variable) {
            for (const name of names) variable(name).assign(tf.reshape(inputs[name]!, [size]))
            return {}
          },
        },
      },
    })
    // TensorFlow shares memory that begins at a multiple of 64 bytes and copies other: two of these do, wherever the first is.
    const memory = new ArrayBuffer(names.length * (4 * size + 16))
    const arrays = names.map((_, index) => new Float32Array(memory, index * (4 * size + 16), size))
    const keptAfter = (keep: (tensors: Record<string, tf.Tensor>) => void): number[] => {
      for (const array of arrays) array.fill(1)
      const tensors = Object.fromEntries(names.map((name, index) => [name, tf.tensor(arrays[index]!)]))
      keep(tensors)
      for (const array of arrays) array.fill(2)
      const kept = names.map((name) => valueOf(graph, name)[0]!)
      tf.dispose(tensors)
      return kept
    }

    const ones = names.map(() => 1)
    expect(keptAfter((tensors) => graph.assign(new Map(Object.entries(tensors))))).toEqual(ones)
    expect(keptAfter((tensors) => void graph.run('keep', tensors))).toEqual(ones)
    graph.dispose()
  })

  it('are zero at first, whatever their size', () => {
    const graph = compile(backend, {
      variables: new Map([
        ['large', [700, 300]],
        ['scalar', []],
        ['empty', [0, 4]],
      ]),
      functions: {},
    })

    const values = graph.read(['large', 'scalar', 'empty'])

    expect([...values].map(([name, { shape }]) => [name, shape])).toEqual([
      ['large', [700, 300]],
      ['scalar', []],
      ['empty', [0, 4]],
    ])
    expect(new Set(values.get('large')!.dataSync())).toEqual(new Set([0]))
    expect(Array.from(values.get('scalar')!.dataSync())).toEqual([0])
    tf.dispose([...values.values()])
    graph.dispose()
  })

  it('return what was assigned, several in one call, and leave the others alone', () => {
    const graph = graphOf({})
    const weight = testTensor(weightShape, 1)
    const expected = Array.from(weight.dataSync())

    assign(graph, { weight, count: tf.scalar(7) })

    expect(valueOf(graph, 'weight')).toEqual(expected)
    expect(valueOf(graph, 'count')).toEqual([7])
    expect(valueOf(graph, 'exp_avg')).toEqual([0, 0, 0, 0, 0, 0])
    graph.assign(new Map())
    expect(graph.read([])).toEqual(new Map())
    graph.dispose()
  })

  it('are shared by all functions of a graph, and by no other graph', () => {
    const add: Body = ({ x }, variable) => {
      variable('count').assign(tf.add(variable('count').read(), x!))
      return { before: x! }
    }
    const get: Body = (_, variable) => ({ count: variable('count').read() })
    const [graph, other] = [graphOf({ add, get }), graphOf({ add, get })]

    run(graph, 'add', 5)
    run(graph, 'add', 2)
    run(other, 'add', 1)

    expect(run(graph, 'get')).toEqual({ count: [7] })
    expect(run(other, 'get')).toEqual({ count: [1] })
    graph.dispose()
    other.dispose()
  })

  it('are read and written in the order of the function', () => {
    const graph = graphOf({
      f: ({ x }, variable) => {
        const count = variable('count')
        const before = count.read()
        // Shares the memory of what was read.
        const sameMemory = tf.reshape(before, [1])
        count.assign(x!)
        const between = count.read()
        count.assign(tf.mul(x!, 10))
        return { before, late: tf.add(sameMemory, 0.5), between, after: count.read() }
      },
    })
    assign(graph, { count: tf.scalar(1) })

    for (let before = 1; before < 20; before++) {
      const x = before + 1
      expect(run(graph, 'f', x)).toEqual({
        before: [before],
        late: [before + 0.5],
        between: [x],
        after: [10 * x],
      })
      assign(graph, { count: tf.scalar(x) })
    }
    graph.dispose()
  })

  it('are changed by a function that returns nothing', () => {
    const graph = graphOf({
      f: ({ x }, variable) => {
        variable('count').assign(x!)
        return {}
      },
    })

    expect(run(graph, 'f', 3)).toEqual({})

    expect(valueOf(graph, 'count')).toEqual([3])
    graph.dispose()
  })

  it('are updated by Adam, and reads after it see the new weight and both new moments', () => {
    const graph = graphOf({
      f: ({ x }, variable) => {
        const value = (name: string): tf.Tensor => tf.mul(variable(name).read(), 1)
        variable('exp_avg').assign(tf.zeros(weightShape))
        const before = value('exp_avg')
        applyAdam(x!, variable)
        return { before, weight: value('weight'), first: value('exp_avg'), second: value('exp_avg_sq') }
      },
    })
    const start = testTensor(weightShape, 1)
    const kept = tf.clone(start)
    const values = Array.from(start.dataSync())
    assign(graph, { weight: start, exp_avg: tf.fill(weightShape, 9) })

    const { before, weight, first, second } = run(graph, 'f', 0.5)

    expect(before).toEqual([0, 0, 0, 0, 0, 0])
    // At the first step Adam moves every weight by the rate, against the gradient.
    expectClose(
      weight!,
      values.map((value) => value - 0.1),
      { relative: rounding(20), scale: 1, what: 'weight' },
    )
    const everywhere = (value: number): number[] => values.map(() => value)
    expectClose(first!, everywhere(0.05), { relative: rounding(20), what: 'first moment' })
    // 1 − β₂ = 0.01 has lost a hundredfold of 0.99's rounding.
    expectClose(second!, everywhere(0.0025), { relative: rounding(20 * 100), what: 'second moment' })
    expect(valueOf(graph, 'exp_avg_sq')).toEqual(second)
    // The tensor that was assigned is not the variable's memory.
    expect(numbersOf(kept)).toEqual(values)
    graph.dispose()
  })

  it('refuse values of another shape or type, and names that do not exist', () => {
    const graph = graphOf({ missing: ({ x }) => ({ x: x! }) })
    const wrong = tf.zeros([2, 3])
    const whole = tf.scalar(1, 'int32')

    expect(() => graph.assign(new Map([['weight', wrong]]))).toThrow(
      'The value for the variable weight is float32 [2, 3]; float32 [3, 2] was recorded.',
    )
    expect(() => graph.assign(new Map([['count', whole]]))).toThrow('is int32 []; float32 [] was recorded.')
    expect(() => graph.assign(new Map([['bias', wrong]]))).toThrow('The graph has no variable bias.')
    expect(() => graph.read(['count', 'bias'])).toThrow('The graph has no variable bias.')
    expect(() => graphOf({ f: (_, variable) => ({ out: variable('bias').read() }) })).toThrow(
      'There is no variable named bias',
    )
    tf.dispose([wrong, whole])
    graph.dispose()
  })
})

describe('the folder of a graph', () => {
  it('stays where one is named', () => {
    const parent = mkdtempSync(join(tmpdir(), 'addrop-test-'))
    const keepIn = join(parent, 'kept', 'float32')
    const functions = { f: { inputs: scalarInput, body: ({ x }: Tensors) => ({ y: tf.add(x!, 1) }) } }
    const graph = compile(backend, { variables, functions, keepIn })

    expect(run(graph, 'f', 2)).toEqual({ y: [3] })
    expect(existsSync(join(keepIn, 'saved_model.pb'))).toBe(true)
    graph.dispose()
    rmSync(parent, { recursive: true })
  })
})
