/** Costs of a step that were measured with `lab bench step`, on the machine named here. */
import type { MethodKind } from '../method-config.ts'

/** What was measured where, and how to measure it again. */
export interface CostMeasurement {
  /** Processor or graphics card, cores, engine. */
  readonly machine: string
  /** Model, batch and length in words. */
  readonly size: string
  /** The command whose answer the ratios are. */
  readonly command: string
}

/** A step of one method, or of a variant of it. */
export interface MeasuredStep {
  readonly kind: MethodKind
  /** Which variant; null where the method has one only. */
  readonly variant: string | null
  /** Its name in `lab bench step --methods`. */
  readonly benchName: string
  /** Median time over that of plain fine-tuning in the same call; null: not measured. */
  readonly ratio: number | null
}

/** Where the ratios below come from; null while there are none. */
export const costMeasurement: CostMeasurement | null = null

/** Ratios by method and variant. A method without a line counts as not measured. */
export const measuredSteps: readonly MeasuredStep[] = [
  { kind: 'ad-drop', variant: 'GA', benchName: 'gradient', ratio: null },
  { kind: 'ad-drop', variant: 'AA', benchName: 'attention', ratio: null },
  { kind: 'ad-drop', variant: 'RD', benchName: 'random', ratio: null },
  { kind: 'ad-drop', variant: 'RD, region of fixed size', benchName: 'random-exact-size', ratio: null },
  { kind: 'ad-drop', variant: 'IGA, Riemann', benchName: 'integrated-gradient', ratio: null },
  {
    kind: 'ad-drop',
    variant: 'IGA, Gauss-Legendre',
    benchName: 'integrated-gradient-quadrature',
    ratio: null,
  },
  { kind: 'r-drop', variant: null, benchName: 'r-drop', ratio: null },
  { kind: 'mixout', variant: null, benchName: 'mixout', ratio: null },
  { kind: 'child-tuning-f', variant: null, benchName: 'child-tuning-f', ratio: null },
  { kind: 'child-tuning-d', variant: null, benchName: 'child-tuning-d', ratio: null },
  { kind: 'hidden-cut', variant: null, benchName: 'hidden-cut', ratio: null },
  { kind: 'drop-block', variant: null, benchName: 'drop-block', ratio: null },
  { kind: 'drop-connect', variant: null, benchName: 'drop-connect', ratio: null },
  { kind: 'concrete-dropout', variant: null, benchName: 'concrete-dropout', ratio: null },
  { kind: 'scal-surrogate', variant: null, benchName: 'scal-surrogate', ratio: null },
  { kind: 'super-tickets', variant: null, benchName: 'super-tickets', ratio: null },
  { kind: 'auto-dropout', variant: null, benchName: 'auto-dropout', ratio: null },
]
