/** A recorded graph with its matrix products in bfloat16. */
import { dataType, type GraphNode } from './graph-node.ts'

const products: ReadonlySet<string> = new Set(['MatMul', 'BatchMatMulV2'])
const float32 = { type: dataType.float32 }
const bfloat16 = { type: dataType.bfloat16 }

/**
 * Rounds the inputs of matrix products to bfloat16 and multiplies them so. Everything between two products stays float32
 * in meaning; a compiler that fuses it reads and writes bfloat16 only.
 *
 * @param nodes a float32 graph
 * @param applies whether a product changes its type
 * @returns the graph with a `Cast` before and after each product; an input of several products is rounded once
 */
export function withBfloat16Products(
  nodes: readonly GraphNode[],
  applies: (product: GraphNode) => boolean,
): GraphNode[] {
  const rounded = new Set<string>()
  const sizes = new Map(nodes.map(({ name, bytes }) => [name, bytes]))
  const half = (reference: string): Pick<GraphNode, 'bytes'> => {
    const bytes = sizes.get(reference)
    return bytes === undefined ? {} : { bytes: bytes / 2 }
  }
  const result: GraphNode[] = []
  const round = (reference: string): string => {
    const name = `${reference.replace(':', '_')}/bfloat16`
    if (!rounded.has(name)) {
      rounded.add(name)
      const attr = { SrcT: float32, DstT: bfloat16 }
      result.push({ name, op: 'Cast', input: [reference], attr, ...half(reference) })
    }
    return name
  }
  for (const node of nodes) {
    if (!products.has(node.op) || node.attr['T']?.type !== dataType.float32 || !applies(node)) {
      result.push(node)
      continue
    }
    const name = `${node.name}/product`
    const input = node.input.map((reference) => (reference.startsWith('^') ? reference : round(reference)))
    result.push(
      { ...node, name, input, attr: { ...node.attr, T: bfloat16 }, ...half(node.name) },
      { ...node, op: 'Cast', input: [name], attr: { SrcT: bfloat16, DstT: float32 } },
    )
  }
  return result
}
