/** One recorded function's nodes, with what uses what. */
import { variableWrites, type AttributeValue, type GraphNode } from './graph-node.ts'

/** Look-ups in a function's nodes, which stand in the order in which they were recorded. */
export class FunctionGraph {
  readonly nodes: readonly GraphNode[]
  private readonly places = new Map<string, number>()
  private readonly uses = new Map<string, number[]>()
  /** Places of nodes that compute the same, by what they compute. */
  private readonly equals = new Map<string, number[]>()
  private readonly kinds = new Map<string, string>()

  /**
   * Indexes nodes.
   *
   * @param nodes of one function; inputs may name nodes of none
   */
  constructor(nodes: readonly GraphNode[]) {
    this.nodes = nodes
    nodes.forEach((node, place) => {
      this.places.set(node.name, place)
      for (const input of dataInputs(node)) append(this.uses, input, place)
      const equal = append(this.equals, this.kindOf(node), place)
      this.kinds.set(node.name, `#${equal[0]!}`)
    })
  }

  /**
   * The node with a single output that a reference names.
   *
   * @param reference as in a node's inputs
   */
  node(reference: string): GraphNode | undefined {
    const place = this.places.get(reference)
    return place === undefined ? undefined : this.nodes[place]
  }

  /**
   * Place of a node; -1 for those of no function.
   *
   * @param name of the node
   */
  placeOf(name: string): number {
    return this.places.get(name) ?? -1
  }

  /**
   * Places of the nodes that read a tensor, ascending.
   *
   * @param reference the tensor
   */
  usesOf(reference: string): readonly number[] {
    return this.uses.get(reference) ?? []
  }

  /**
   * A node that computes the same as another from the same tensors.
   *
   * @param name the other
   * @param after place that it stands behind
   */
  equalAfter(name: string, after: number): string | undefined {
    const found = this.equals.get(this.kindOf(this.node(name)!))?.find((place) => place > after)
    return found === undefined ? undefined : this.nodes[found]!.name
  }

  /**
   * The last node of some operations between two places.
   *
   * @param operations wanted
   * @param from first place, exclusive
   * @param to last place, exclusive
   */
  lastBetween(operations: ReadonlySet<string>, from: number, to: number): string | undefined {
    for (let place = to - 1; place > from; place--) {
      const { op, name } = this.nodes[place]!
      if (operations.has(op)) return name
    }
    return undefined
  }

  /**
   * The node that changes a variable next after a node has read it; undefined for other nodes.
   *
   * @param reference the node that reads
   */
  writeAfter(reference: string): string | undefined {
    const read = this.node(reference)
    if (read?.op !== 'ReadVariableOp') return undefined
    const [handle = ''] = read.input
    const after = this.placeOf(reference)
    const found = this.usesOf(handle).find(
      (place) => place > after && variableWrites.has(this.nodes[place]!.op),
    )
    return found === undefined ? undefined : this.nodes[found]!.name
  }

  /** What a node computes, in terms of its inputs' first equals. */
  private kindOf({ op, input, attr }: GraphNode): string {
    const inputs = input.map((reference) => this.kinds.get(reference) ?? reference)
    return `${op} ${inputs.join(' ')} ${attributesText(attr)}`
  }
}

/**
 * Inputs that are tensors, not an order.
 *
 * @param node any node
 */
export function dataInputs(node: GraphNode): readonly string[] {
  return node.input.filter((reference) => !reference.startsWith('^'))
}

function append(lists: Map<string, number[]>, key: string, place: number): readonly number[] {
  const known = lists.get(key)
  if (known === undefined) {
    const made = [place]
    lists.set(key, made)
    return made
  }
  known.push(place)
  return known
}

/** Attributes without the number that makes nodes unique. */
function attributesText({ _recorded, ...attr }: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify(attr, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  )
}
