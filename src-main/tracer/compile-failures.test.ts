import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, type CompiledGraph, type TracedFunction } from './compile.ts'
import { TraceFailure } from './trace-failure.ts'
import { loadTensorflow, testTensor } from './testing/load-tensorflow.ts'
import type { TensorflowBackend } from './tensorflow-backend.ts'

let backend: TensorflowBackend
beforeAll(async () => {
  backend = await loadTensorflow()
})

const inputs = { x: { shape: [4, 3], dtype: 'float32' } } as const
const graphOf = (body: TracedFunction['body']): CompiledGraph =>
  compile(backend, { variables: new Map([['w', [3]]]), functions: { f: { inputs, body } } })

/** Line of this file on which this is called. */
function here(): number {
  const frames = (new Error().stack ?? '').split('\n').filter((frame) => frame.includes('.test.ts'))
  return Number(/:(\d+):\d+\)?$/.exec(frames[1]!)![1])
}

function failureOf(body: TracedFunction['body']): TraceFailure {
  try {
    graphOf(body).dispose()
  } catch (failure) {
    if (failure instanceof TraceFailure) return failure
    throw failure
  }
  throw new Error('The function was compiled.')
}

describe('a function that cannot be recorded', () => {
  it('is refused where it reads a value in JavaScript, with the line', () => {
    let line = 0
    const { message } = failureOf(({ x }) => {
      line = here() + 1
      const size = tf.sum(x!).dataSync()[0]!
      return { out: tf.mul(x!, size) }
    })

    expect(message).toContain('read in JavaScript')
    expect(message).toContain(`compile-failures.test.ts:${line}:`)
  })

  it('is refused where it captures a large tensor, with its shape and the line, however deep in tfjs', () => {
    const large = tf.zeros([300, 300])
    let line = 0
    const { message } = failureOf(({ x }) => {
      line = here() + 2
      const twice = (y: tf.Tensor): tf.Tensor =>
        tf.tidy(() => tf.tidy(() => tf.add(large, tf.sum(y)))) // prettier-ignore
      return { out: tf.valueAndGrads((y) => tf.sum<tf.Scalar>(twice(y)))([x!]).value }
    })

    expect(message).toContain('[300, 300] is captured as a constant')
    expect(message).toContain(`compile-failures.test.ts:${line}:`)
    large.dispose()
  })

  it('is refused where it uses an operation without a shape rule, with its name', () => {
    expect(failureOf(({ x }) => ({ out: tf.cumsum(x!, 0) })).message).toContain(
      'no shape rule for the operation Cumsum (at ',
    )
  })

  it('leaves the backend and its memory as they were, and eager execution works', () => {
    const methods = (): unknown[] => [
      backend.executeSingleOutput,
      backend.executeMultipleOutputs,
      backend.readSync,
    ]
    const before = methods()
    const { numTensors, numDataBuffers } = tf.memory()

    failureOf(({ x }, variable) => {
      variable('w').assign(tf.mean(x!, 0))
      return { out: tf.cumsum(tf.exp(x!)) }
    })

    expect(methods()).toEqual(before)
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })
    const sum = tf.tidy(() => tf.sum(tf.fill([2, 3], 2)).dataSync()[0])
    expect(sum).toBe(12)
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })
  })
})

describe('a call of a compiled function', () => {
  it('is refused without an input, with another shape or type, and by a name that does not exist', () => {
    const graph = graphOf(({ x }) => ({ out: tf.exp(x!) }))
    const wrong = { x: tf.zeros([3, 4]) }
    const whole = { x: tf.zeros([4, 3], 'int32') }

    expect(() => graph.run('f', {})).toThrow('The input x of f is missing.')
    expect(() => graph.run('f', wrong)).toThrow(
      'The input x of f is float32 [3, 4]; float32 [4, 3] was recorded.',
    )
    expect(() => graph.run('f', whole)).toThrow('is int32 [4, 3]; float32 [4, 3] was recorded.')
    expect(() => graph.run('g', {})).toThrow('The graph has no function g.')
    tf.dispose([wrong, whole])
    graph.dispose()
  })
})

describe('the memory of a graph', () => {
  it('holds no tensors after compiling and none more with every run', () => {
    const before = tf.memory()
    const graph = graphOf(({ x }, variable) => {
      const w = variable('w')
      const { value, grads } = tf.valueAndGrads((y) => tf.sum<tf.Scalar>(tf.mul(y, w.read())))([x!])
      w.assign(tf.mean(grads[0]!, 0))
      return { value, gradient: grads[0]! }
    })
    const { numTensors, numDataBuffers } = before
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })

    const x = testTensor([4, 3], 1)
    for (let call = 0; call < 50; call++) {
      const w = tf.ones([3])
      graph.assign(new Map([['w', w]]))
      tf.dispose([w, graph.run('f', { x }), [...graph.read(['w']).values()]])
    }

    x.dispose()
    graph.dispose()
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })
  })

  it('does not take away a tensor of the caller that a function returns', () => {
    const captured = tf.tensor([1, 2])
    const graph = graphOf(({ x }) => ({ captured, same: captured, input: x! }))
    const x = testTensor([4, 3], 1)

    const outputs = graph.run('f', { x })

    expect(Array.from(outputs['same']!.dataSync())).toEqual([1, 2])
    expect(Array.from(captured.dataSync())).toEqual([1, 2])
    expect(Array.from(outputs['input']!.dataSync())).toEqual(Array.from(x.dataSync()))
    tf.dispose([outputs, captured, x])
    graph.dispose()
  })
})
