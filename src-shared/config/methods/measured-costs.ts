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
export const costMeasurement: CostMeasurement | null = {
  machine: 'AMD EPYC (AVX2), 2 cores, TensorFlow 2.21.0 on the processor',
  size: '6 layers, 384 wide, batch 32 of 64 tokens, float32, four steps in turn (integrated gradients: two)',
  command:
    'lab bench step --layers 6 --hidden 384 --heads 12 --intermediate 1536 --batch 32 --length 64 --steps 4 --methods …',
}

/** Ratios by method and variant. A method without a line counts as not measured. */
export const measuredSteps: readonly MeasuredStep[] = [
  { kind: 'ad-drop', variant: 'GA', benchName: 'gradient', ratio: 1.65 },
  { kind: 'ad-drop', variant: 'AA', benchName: 'attention', ratio: 1.34 },
  { kind: 'ad-drop', variant: 'RD', benchName: 'random', ratio: 1.11 },
  { kind: 'ad-drop', variant: 'RD, region of fixed size', benchName: 'random-exact-size', ratio: 1.09 },
  { kind: 'ad-drop', variant: 'IGA, Riemann', benchName: 'integrated-gradient', ratio: 32.7 },
  {
    kind: 'ad-drop',
    variant: 'IGA, Gauss-Legendre',
    benchName: 'integrated-gradient-quadrature',
    ratio: 10.2,
  },
  { kind: 'r-drop', variant: null, benchName: 'r-drop', ratio: 1.84 },
  { kind: 'mixout', variant: null, benchName: 'mixout', ratio: 1 },
  { kind: 'child-tuning-f', variant: null, benchName: 'child-tuning-f', ratio: 1.01 },
  { kind: 'child-tuning-d', variant: null, benchName: 'child-tuning-d', ratio: 0.99 },
  { kind: 'hidden-cut', variant: null, benchName: 'hidden-cut', ratio: 1.99 },
  { kind: 'drop-block', variant: null, benchName: 'drop-block', ratio: 1.02 },
  { kind: 'drop-connect', variant: null, benchName: 'drop-connect', ratio: 0.97 },
  { kind: 'concrete-dropout', variant: null, benchName: 'concrete-dropout', ratio: 1.08 },
  { kind: 'scal-surrogate', variant: null, benchName: 'scal-surrogate', ratio: 2.58 },
  { kind: 'super-tickets', variant: null, benchName: 'super-tickets', ratio: 0.98 },
  { kind: 'auto-dropout', variant: null, benchName: 'auto-dropout', ratio: 0.98 },
]
