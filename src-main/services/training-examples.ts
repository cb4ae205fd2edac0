/** How many training examples a run uses. */
import type { RunConfig } from '@shared/config/run-config.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'

/**
 * Training examples of a run after its limits.
 *
 * @param config the run's settings
 * @param dataset the data set they name
 */
export function trainingExamples(config: Pick<RunConfig, 'limits'>, dataset: DatasetSummary): number {
  const split = dataset.splits['train']
  const { trainExamples, perClass } = config.limits
  if (split === undefined) return 0
  if (perClass !== null)
    return Object.values(split.labels).reduce((sum, count) => sum + Math.min(count, perClass), 0)
  return Math.min(split.examples, trainExamples ?? split.examples)
}
