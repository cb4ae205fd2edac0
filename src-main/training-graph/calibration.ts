/** Where a traced step's time goes: shorter functions, each ending after a part, are timed alone. */
import type { StepPart } from '@main/ml/regularizers/regularizer.ts'
import type { StepShares } from '@main/ml/training/trainer.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import type { StepExtent } from './step-functions.ts'

/** The part that an extent adds to the one before it. */
const partOf: Readonly<Record<StepExtent, StepPart>> = {
  'first-pass': 'firstPass',
  attribution: 'attribution',
  mask: 'mask',
  forward: 'secondPass',
  backward: 'backward',
  update: 'update',
}

/**
 * Extents that are timed, shortest first. The optimizer's share is a step's rest, so the whole step is among them.
 *
 * @param method the run's method
 * @param phase kind of step
 */
export function timedExtents(
  method: MethodConfig,
  phase: 'fine-tuning' | 'regularized',
): readonly StepExtent[] {
  const training: readonly StepExtent[] = ['forward', 'backward', 'update']
  if (phase === 'fine-tuning' || method.kind !== 'ad-drop') return training
  // Integrated gradients are functions of their own, and so are timed as they run; random dropping has no first pass.
  if (method.attribution === 'random' || method.attribution === 'integrated-gradient')
    return ['mask', ...training]
  return ['first-pass', 'attribution', 'mask', ...training]
}

/**
 * Times every extent and answers the parts' shares of the longest.
 *
 * @param extents shortest first
 * @param now monotonic seconds
 * @param run runs a step up to an extent
 * @returns shares that sum to 1; a part that measures shorter than nothing gets 0
 */
export function calibratedShares(
  extents: readonly StepExtent[],
  now: () => number,
  run: (extent: StepExtent) => void,
): StepShares {
  let before = 0
  const seconds = extents.map((extent) => {
    run(extent) // compiles
    const start = now()
    run(extent)
    const total = now() - start
    const added = Math.max(0, total - before)
    before = Math.max(before, total)
    return [partOf[extent], added] as const
  })
  const total = seconds.reduce((sum, [, part]) => sum + part, 0)
  return Object.fromEntries(
    seconds.map(([part, value]) => [part, total > 0 ? value / total : 1 / seconds.length]),
  )
}
