/** What a recorded step's nodes become before TensorFlow gets them. */
import { withBfloat16Products } from '@main/tracer/bfloat16-products.ts'
import { withRecomputation } from '@main/tracer/recomputation.ts'
import type { GraphNode } from '@main/tracer/graph-node.ts'
import { attributionPart } from './step-functions.ts'
import type { TracedTrainerPlan } from './trainer-plan.ts'

/**
 * Nodes at the precision of a plan, without tensors that are cheap to compute again.
 *
 * @param nodes as recorded
 * @param plan precisions
 */
export function rewrittenNodes(
  nodes: readonly GraphNode[],
  plan: Pick<TracedTrainerPlan, 'precision' | 'attributionPrecision'>,
): readonly GraphNode[] {
  const isRounded = ({ name }: GraphNode): boolean =>
    plan.attributionPrecision === 'bfloat16' || !name.includes(`/${attributionPart}/`)
  return withRecomputation(plan.precision === 'bfloat16' ? withBfloat16Products(nodes, isRounded) : nodes)
}
