/** The run that is soaked: AD-DROP on the sample, short epochs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const batchSize = 4
/** Steps between two evaluations and checkpoints. */
export const stepsPerEpoch = 40

/**
 * @param {{ sample: string, steps: number, attribution: string, precision: string }} options
 * @returns {object} the lab's run config
 */
export function soakConfig({ sample, steps, attribution, precision }) {
  const study = JSON.parse(readFileSync(join(sample, 'study.json'), 'utf8'))
  const maxEpochs = Math.ceil(steps / stepsPerEpoch)
  return {
    schemaVersion: 1,
    name: `soak: ${attribution}, ${precision}`,
    checkpoint: join(sample, 'checkpoint'),
    dataset: join(sample, 'data'),
    task: study.base.task,
    method: { kind: 'ad-drop', attribution },
    // Patience as long as the run: it never ends early.
    training: { maxEpochs, patience: maxEpochs, batchSize, maxLength: 64, precision, seed: 1 },
    limits: { trainExamples: batchSize * stepsPerEpoch, validationExamples: 16 },
  }
}
