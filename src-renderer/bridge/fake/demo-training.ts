/** Made-up training curves that look like fine-tuning: falling loss, overfitting, noise. For tests and development. */
import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { EpochPhase, EpochSeconds, EpochSummary } from '@shared/results/run-summary.ts'
import { tasks } from '@shared/tasks/task.ts'
import { roughNormal, seededRandom, seedOf } from './seeded-random.ts'

/** Optimizer steps of an epoch in the demo. */
export const demoStepsPerEpoch = 156

/** Milliseconds of a step by phase in the demo. */
export function demoStepMs(config: RunConfig, phase: EpochPhase): number {
  if (phase === 'fine-tuning' || config.method.kind === 'fine-tuning') return 182
  if (config.method.kind !== 'ad-drop') return 365
  return { gradient: 309, 'integrated-gradient': 2940, attention: 243, random: 198 }[
    config.method.attribution
  ]
}

function trend(config: RunConfig, epoch: number): { train: number; validation: number; score: number } {
  const isPlain = config.method.kind === 'fine-tuning'
  const train = isPlain
    ? 0.09 + 0.62 * Math.exp(-0.42 * (epoch - 1))
    : 0.29 + 0.42 * Math.exp(-0.34 * (epoch - 1))
  const overfitting = isPlain ? 0.16 : 0.055
  const validation = 0.665 + overfitting * Math.max(0, epoch - 2) + 0.02 * Math.exp(-epoch)
  const score =
    (isPlain ? 0.595 : 0.612) + 0.06 * (1 - Math.exp(-0.7 * epoch)) - (isPlain ? 0.006 : 0) * epoch
  return { train, validation, score }
}

/**
 * One epoch of a demo run.
 *
 * @param config the run
 * @param epoch 1-based
 */
export function demoEpoch(config: RunConfig, epoch: number): EpochSummary {
  const random = seededRandom(seedOf(JSON.stringify(config)) + epoch)
  const phase = epochPhase(config.method, epoch)
  const { train, validation, score } = trend(config, epoch)
  const [headline, second] = tasks[config.task].metrics
  const value = Math.min(0.99, score + roughNormal(random) * 0.011)
  return {
    epoch,
    phase,
    trainLoss: Math.max(0.01, train + roughNormal(random) * 0.015 + (phase === 'regularized' ? 0.05 : 0)),
    validationLoss: Math.max(0.05, validation + roughNormal(random) * 0.02),
    metrics: { [headline]: value, ...(second === undefined ? {} : { [second]: value - 0.012 }) },
    undefined: {},
    seconds: demoSeconds(config, phase, random),
    startUp: epoch === 1 ? { seconds: 4.8, steps: 1 } : { seconds: 0, steps: 0 },
    steps: demoStepsPerEpoch,
    tokens: 175_400,
    paddedTokens: 14_020,
  }
}

function demoSeconds(config: RunConfig, phase: EpochPhase, random: () => number): EpochSeconds {
  const noise = (): number => 0.97 + random() * 0.06
  const extra = (demoStepsPerEpoch * (demoStepMs(config, phase) - 182)) / 1000
  const parts = {
    input: 0.8 * noise(),
    firstPass: extra * 0.42 * noise(),
    attribution: extra * 0.49 * noise(),
    mask: extra * 0.09 * noise(),
    secondPass: 9.1 * noise(),
    backward: 15.6 * noise(),
    update: 2.9 * noise(),
    evaluation: 2.2 * noise(),
    other: 0.6 * noise(),
  }
  return { ...parts, total: Object.values(parts).reduce((sum, seconds) => sum + seconds, 0) }
}

/**
 * Losses of the first steps of a demo run.
 *
 * @param config the run
 * @param steps how many
 */
export function demoSteps(config: RunConfig, steps: number): StepPoint[] {
  const random = seededRandom(seedOf(JSON.stringify(config)))
  return Array.from({ length: steps }, (_, index) => {
    const epoch = 1 + Math.floor(index / demoStepsPerEpoch)
    const within = (index % demoStepsPerEpoch) / demoStepsPerEpoch
    const here = trend(config, epoch + within - 0.5).train
    const loss = Math.max(0.005, here + roughNormal(random) * 0.085)
    return { step: index + 1, epoch, phase: epochPhase(config.method, epoch), loss, min: loss, max: loss }
  })
}
