/** What a step of a method costs as it was measured, in words. */
import type { MethodKind } from './method-config.ts'
import {
  costMeasurement,
  measuredSteps,
  type CostMeasurement,
  type MeasuredStep,
} from './methods/measured-costs.ts'

/** A measured cost in words. */
export interface MeasuredCostText {
  /** Ratios to a step of plain fine-tuning, by variant; or that there are none. */
  readonly ratios: string
  /** Machine, size and command; null where nothing was measured. */
  readonly where: string | null
}

/**
 * What a step of a method costs as it was measured.
 *
 * @param kind which method
 * @param steps ratios by method and variant
 * @param measurement where they come from
 */
export function measuredCost(
  kind: MethodKind,
  steps: readonly MeasuredStep[] = measuredSteps,
  measurement: CostMeasurement | null = costMeasurement,
): MeasuredCostText {
  if (kind === 'fine-tuning') return { ratios: '1, what the others are measured against', where: null }
  const ratios = steps.flatMap((step) =>
    step.kind === kind && step.ratio !== null
      ? [`${step.ratio.toFixed(step.ratio < 10 ? 2 : 1)}${step.variant === null ? '' : ` (${step.variant})`}`]
      : [],
  )
  if (ratios.length === 0 || measurement === null) return { ratios: 'not measured yet', where: null }
  const { machine, size, command } = measurement
  return { ratios: ratios.join(', '), where: `${machine}; ${size}; ${command}` }
}
