/** The score that an epoch is judged by. */
import { metrics } from '@shared/tasks/metric.ts'
import type { BestScore, EpochSummary } from '@shared/results/run-summary.ts'
import type { Task } from '@shared/tasks/task.ts'

/**
 * The task's headline metric, turned so that higher is better.
 *
 * @param task the run's task
 * @param scores of an epoch on the validation split; a missing one counts as 0
 */
export function headlineScore(
  task: Pick<Task, 'metrics'>,
  scores: EpochSummary['metrics'],
): Pick<BestScore, 'metric' | 'value'> {
  const metric = task.metrics[0]
  return { metric, value: (scores[metric] ?? 0) * (metrics[metric].direction === 'higher' ? 1 : -1) }
}
