import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { withBfloat16Products } from './bfloat16-products.ts'
import { compile, type TracedFunction } from './compile.ts'
import { dataInputs } from './function-graph.ts'
import { withRecomputation } from './recomputation.ts'
import { loadTensorflow, testTensor } from './testing/load-tensorflow.ts'
import type { GraphNode } from './graph-node.ts'
import type { TensorflowBackend } from './tensorflow-backend.ts'

let backend: TensorflowBackend
beforeAll(async () => {
  backend = await loadTensorflow()
})

// 256 KiB and more a tensor, below which nothing is computed again.
const [rows, width, layers] = [512, 130, 5]
const names = Array.from({ length: layers }, (_, layer) => `w${layer}`)

/** Products with a cheap function of each, enough of both for tensors to rest; at the end the weights change. */
function training(): TracedFunction {
  return {
    inputs: { x: { shape: [rows, width], dtype: 'float32' } },
    body({ x }, variable) {
      const loss = (...weights: tf.Tensor[]): tf.Scalar => {
        const last = weights.reduce<tf.Tensor>((input, weight) => {
          const scores = tf.add(tf.matMul(input as tf.Tensor2D, weight as tf.Tensor2D), 0.1)
          const wide = tf.mul(scores, tf.exp(tf.mul(tf.square(scores), -1)))
          // Operations on small tensors stand between the uses, as in a model of many layers.
          let small: tf.Tensor = tf.slice(wide, [0, 0], [1, 1])
          for (let i = 0; i < 30; i++) small = tf.neg(small)
          return wide
        }, x!)
        const first = (values: tf.Tensor): tf.Tensor => tf.slice(values, [0, 0], [rows, 1])
        return tf.mean(tf.mul(first(last), first(x!)))
      }
      const weights = names.map((name) => variable(name).read())
      const { value, grads } = tf.valueAndGrads(loss)(weights)
      names.forEach((name, index) =>
        variable(name).assign(tf.sub(weights[index]!, tf.mul(grads[index]!, 100))),
      )
      return { loss: value }
    },
  }
}

type Rewrite = (nodes: readonly GraphNode[]) => readonly GraphNode[]

/** Losses of three steps and the weights after them. */
function trained(rewrite: Rewrite): number[][] {
  const graph = compile(backend, {
    variables: new Map(names.map((name) => [name, [width, width]])),
    functions: { train: training() },
    rewrite,
  })
  const result = tf.tidy(() => {
    graph.assign(new Map(names.map((name, key) => [name, tf.mul(testTensor([width, width], key), 0.2)])))
    const x = testTensor([rows, width], 99)
    const losses = [1, 2, 3].map(() => graph.run('train', { x })['loss']!.dataSync()[0]!)
    return [losses, ...[...graph.read(names).values()].map((weight) => [...weight.dataSync()])]
  })
  graph.dispose()
  return result
}

/** Nodes of the training function, with and without. */
function nodesOf(before: Rewrite = (nodes) => nodes): {
  plain: readonly GraphNode[]
  rewritten: GraphNode[]
} {
  let plain: readonly GraphNode[] = []
  const keep: Rewrite = (nodes) => (plain = before(nodes))
  compile(backend, {
    variables: new Map(names.map((name) => [name, [width, width]])),
    functions: { train: training() },
    rewrite: keep,
  }).dispose()
  return { plain, rewritten: withRecomputation(plain) }
}

const usersOf = (nodes: readonly GraphNode[], name: string): string[] =>
  nodes.filter((node) => dataInputs(node).includes(name)).map((node) => node.name)

describe('tensors that are computed again', () => {
  it('give the same losses and weights, bit for bit where nothing is fused', () => {
    expect(trained(withRecomputation)).toEqual(trained((nodes) => nodes))
  })

  it('are those after the products: what the products gave is kept, and what follows is not', () => {
    const { plain, rewritten } = nodesOf()
    const added = rewritten.filter(({ name }) => name.includes('/again_'))
    const freed = added.filter(({ name }) => {
      const original = name.slice(0, name.indexOf('/again_'))
      return usersOf(rewritten, original).length < usersOf(plain, original).length
    })
    expect(freed.length).toBeGreaterThanOrEqual(layers - 2)
    expect(rewritten.length).toBe(plain.length + added.length)
  })

  it('begin after the last product before their use, and variables change after they were read', () => {
    const { rewritten } = nodesOf()
    const byName = new Map(rewritten.map((node) => [node.name, node]))
    for (const { input } of rewritten.filter(({ name }) => name.includes('/again_'))) {
      const [product, ...others] = input.filter((reference) => reference.startsWith('^'))
      expect([byName.get(product!.slice(1))!.op, others.length]).toEqual(['MatMul', 0])
    }
    // Every node has its inputs, and none waits for itself.
    const done = new Set<string>()
    const waiting = new Set<string>()
    const visit = (name: string): void => {
      if (done.has(name)) return
      expect(waiting.has(name), `${name} waits for itself`).toBe(false)
      waiting.add(name)
      const node = byName.get(name)
      expect(node, name).toBeDefined()
      for (const reference of node!.input) visit(reference.replace(/^\^/, '').replace(/:\d+$/, ''))
      waiting.delete(name)
      done.add(name)
    }
    for (const { name } of rewritten) visit(name)
  })

  it('come from the rounded product where products are in bfloat16, which is half as large', () => {
    const { plain, rewritten } = nodesOf((nodes) => withBfloat16Products(nodes, () => true))
    const later = (nodes: readonly GraphNode[]): number =>
      nodes.filter(({ op, name }) => op === 'Cast' && name.includes('/again_')).length
    expect(later(plain)).toBe(0)
    expect(later(rewritten)).toBeGreaterThanOrEqual(layers - 2)
  })

  it('are none in a function whose tensors do not rest', () => {
    const body: TracedFunction['body'] = ({ x }) => ({ y: tf.sum(tf.mul(tf.square(x!), 2)) })
    let same = false
    compile(backend, {
      variables: new Map(),
      functions: { short: { inputs: { x: { shape: [rows, width], dtype: 'float32' } }, body } },
      rewrite: (nodes) => {
        const found = withRecomputation(nodes)
        same = found.every((node, index) => node === nodes[index])
        return found
      },
    }).dispose()
    expect(same).toBe(true)
  })
})
