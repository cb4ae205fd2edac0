/** Where the time of a group's epochs goes. */
import {
  epochSecondsParts,
  type EpochPhase,
  type EpochSeconds,
  type RunSummary,
} from '@shared/results/run-summary.ts'
import { warmEpochs } from '@shared/results/training-time.ts'
import { meanOf } from './spread.ts'

/**
 * Mean seconds of a warm epoch by part, for each phase; null where there is no epoch of the phase.
 *
 * @param runs the runs of a group
 */
export function meanEpochSeconds(runs: readonly RunSummary[]): Record<EpochPhase, EpochSeconds | null> {
  const meanOfPhase = (phase: EpochPhase): EpochSeconds | null =>
    meanSeconds(runs.flatMap(({ epochs }) => warmEpochs(epochs, phase)))
  return { 'fine-tuning': meanOfPhase('fine-tuning'), regularized: meanOfPhase('regularized') }
}

function meanSeconds(times: readonly EpochSeconds[]): EpochSeconds | null {
  if (times.length === 0) return null
  const part = (key: keyof EpochSeconds): number => meanOf(times.map((seconds) => seconds[key]))
  return Object.fromEntries(
    (['total', ...epochSecondsParts] as const).map((key) => [key, part(key)]),
  ) as Record<keyof EpochSeconds, number>
}
