/** A recorded graph that computes cheap tensors again where it would keep them for long, such as over a backward pass. */
import { dataInputs, FunctionGraph } from './function-graph.ts'
import type { GraphNode } from './graph-node.ts'

/** Operations that a loop over the entries computes; a compiler fuses them into whatever uses them. */
const cheap: ReadonlySet<string> = new Set([
  ...['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum', 'Neg', 'Square', 'Erf', 'Exp', 'Tanh'],
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'RightShift', 'LeftShift', 'GreaterEqual', 'Greater', 'Less'],
  ...['Cast', 'Reshape', 'Identity', 'SelectV2'],
])
const products: ReadonlySet<string> = new Set(['MatMul', 'BatchMatMulV2'])

/** Tensors below this size are kept. */
const smallestBytes = 2 ** 18
/** Nodes recorded between two uses of a tensor that rests: about a transformer block's. */
const longRest = 100
/** Operations computed again for one tensor, beside those that the later part computes anyway. */
const mostOperations = 4
/** Share of a tensor's size below which what it is computed from counts as nothing, and as worth keeping in its place. */
const nothing = 1 / 16
const worthwhile = 0.6

/** How a tensor that is used early, rests, and is used again is computed for the later uses. */
interface Repetition {
  /** Place of the last use before the rest. */
  readonly from: number
  /** Place of the first use after; an earlier one where another repetition needs it. */
  to: number
  /** Nodes on the way to it, itself included. */
  readonly repeats: ReadonlySet<string>
  /** Other tensors with a repetition on the way. */
  readonly through: ReadonlySet<string>
}

/** A tensor's uses. */
interface Rest {
  readonly name: string
  readonly bytes: number
  readonly from: number
  readonly to: number
  readonly lastUse: number
}

/**
 * Frees tensors that rest between two uses and are cheap to compute from what is kept anyway: GELU of a kept input, a
 * scaled layer normalisation, dropped attention weights. What the later part computes anyway is used, not repeated. A
 * repetition waits for the last product before its use, or TensorFlow would run it at once.
 *
 * @param nodes a recorded graph at its final precision
 * @returns a graph with the same results, except for how a compiler rounds what it fuses
 */
export function withRecomputation(nodes: readonly GraphNode[]): GraphNode[] {
  const functions = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    const name = node.name.slice(0, node.name.indexOf('/'))
    const found = functions.get(name)
    if (found === undefined) functions.set(name, [node])
    else found.push(node)
  }
  return [...functions.values()].flatMap((recorded) => {
    const graph = new FunctionGraph(recorded)
    const repetitions = chooseRepetitions(graph)
    return repetitions.size === 0 ? recorded : new Rewriting(graph, repetitions).nodes()
  })
}

/** Repetitions by the tensor that need not be kept. */
function chooseRepetitions(graph: FunctionGraph): ReadonlyMap<string, Repetition> {
  const rests = new Map(
    graph.nodes.flatMap((node) => restOf(graph, node)).map((rest) => [rest.name, rest] as const),
  )
  const chosen = new Map<string, Repetition>()
  const keptInstead = new Set<string>()
  const isKeptFor = ({ to }: Rest, name: string): boolean =>
    keptInstead.has(name) || (rests.get(name)?.lastUse ?? -1) >= to
  /** What a repetition is computed from must be there when it is. */
  const needBy = (name: string, to: number): void => {
    const repetition = chosen.get(name)!
    repetition.to = Math.min(repetition.to, to)
    for (const other of repetition.through) needBy(other, repetition.to)
  }
  for (const rest of rests.values()) {
    const way = wayTo(graph, rest, (name) => {
      if (chosen.has(name)) return 'repeated'
      return isKeptFor(rest, name) ? 'kept' : undefined
    })
    if (way === null || graph.lastBetween(products, rest.from, rest.to) === undefined) continue
    for (const name of way.missing) keptInstead.add(name)
    chosen.set(rest.name, { from: rest.from, to: rest.to, repeats: way.repeats, through: way.through })
    needBy(rest.name, rest.to)
  }
  return chosen
}

/** A node's longest rest, if it is long enough. */
function restOf(graph: FunctionGraph, { name, bytes = 0 }: GraphNode): Rest[] {
  const uses = graph.usesOf(name)
  if (bytes < smallestBytes || uses.length === 0) return []
  const marks = [graph.placeOf(name), ...uses]
  const gaps = uses.map((use, before) => use - marks[before]!)
  const longest = Math.max(...gaps)
  if (longest < longRest) return []
  const before = gaps.indexOf(longest)
  return [{ name, bytes, from: marks[before]!, to: marks[before + 1]!, lastUse: uses.at(-1)! }]
}

/** A cheap way to compute a resting tensor again; null when there is none. */
function wayTo(
  graph: FunctionGraph,
  rest: Rest,
  stateOf: (name: string) => 'kept' | 'repeated' | undefined,
): (Pick<Repetition, 'repeats' | 'through'> & { readonly missing: ReadonlySet<string> }) | null {
  const repeats = new Set<string>()
  const through = new Set<string>()
  const missing = new Set<string>()
  const seen = new Set<string>()
  let [operations, missingBytes, startsFromKept] = [0, 0, false]
  const visit = (reference: string): void => {
    const node = graph.node(reference)
    if (seen.has(reference) || node?.bytes === undefined || node.op === 'ReadVariableOp') return
    seen.add(reference)
    const state = reference === rest.name ? undefined : stateOf(reference)
    if (state !== undefined) {
      startsFromKept = true
      if (state === 'repeated') through.add(reference)
    } else if (reference !== rest.name && node.bytes <= rest.bytes * nothing) {
      return
    } else if (cheap.has(node.op)) {
      repeats.add(reference)
      if (graph.equalAfter(reference, rest.from) === undefined) operations++
      dataInputs(node).forEach(visit)
    } else {
      missing.add(reference)
      missingBytes += node.bytes
    }
  }
  visit(rest.name)
  // What is computed from weights alone, a rounded weight for instance, costs as much as it frees.
  const hasStart = startsFromKept || missing.size > 0
  const pays = hasStart && operations <= mostOperations && missingBytes <= rest.bytes * worthwhile
  return pays ? { repeats, through, missing } : null
}

/** A function's nodes with repetitions. */
class Rewriting {
  private readonly added: GraphNode[] = []
  private readonly made = new Map<string, string>()
  private readonly graph: FunctionGraph
  private readonly repetitions: ReadonlyMap<string, Repetition>

  constructor(graph: FunctionGraph, repetitions: ReadonlyMap<string, Repetition>) {
    this.graph = graph
    this.repetitions = repetitions
  }

  nodes(): GraphNode[] {
    for (const name of this.repetitions.keys()) this.repeat(name)
    const later = this.orders()
    const changed = this.graph.nodes.map((node, place) => {
      const input = node.input.map((reference) => {
        const isLater = place >= (this.repetitions.get(reference)?.to ?? Infinity)
        return isLater ? this.made.get(reference)! : reference
      })
      return { ...node, input: [...input, ...(later.get(node.name) ?? [])] }
    })
    return [...changed, ...this.added]
  }

  /** Control inputs by which a variable changes only after repetitions have read it. */
  private orders(): ReadonlyMap<string, readonly string[]> {
    const orders = new Map<string, string[]>()
    for (const node of this.added) {
      for (const input of dataInputs(node)) {
        const write = this.graph.writeAfter(input)
        if (write !== undefined) orders.set(write, [...(orders.get(write) ?? []), `^${node.name}`])
      }
    }
    return orders
  }

  /** Adds the nodes that compute a resting tensor again; answers the last. */
  private repeat(name: string): string {
    const known = this.made.get(name)
    if (known !== undefined) return known
    const { from, to, repeats } = this.repetitions.get(name)!
    const trigger = this.graph.lastBetween(products, from, to)!
    const here = new Map<string, string>()
    const visit = (reference: string): string => {
      if (reference !== name && this.repetitions.has(reference)) return this.repeat(reference)
      const done = here.get(reference)
      if (done !== undefined) return done
      if (!repeats.has(reference)) return reference
      const again = this.graph.equalAfter(reference, from) ?? this.add(reference, visit, trigger)
      here.set(reference, again)
      return again
    }
    const made = visit(name)
    this.made.set(name, made)
    return made
  }

  private add(reference: string, inputOf: (reference: string) => string, trigger: string): string {
    const node = this.graph.node(reference)!
    const input = [...dataInputs(node).map(inputOf), `^${trigger}`]
    const name = `${reference}/again_${this.added.length}`
    this.added.push({ ...node, name, input })
    return name
  }
}
