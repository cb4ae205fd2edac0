/** The score that an epoch is judged by. */
import { metrics } from '@shared/tasks/metric.ts'
import type { BestScore, EpochSummary } from '@shared/results/run-summary.ts'
import type { Task } from '@shared/tasks/task.ts'

/** The headline metric and its value; null where it is undefined: such an epoch is neither better nor worse than another. */
export interface HeadlineScore {
  readonly metric: BestScore['metric']
  readonly value: number | null
}

/**
 * The task's headline metric, turned so that higher is better.
 *
 * @param task the run's task
 * @param scores of an epoch on the validation split
 */
export function headlineScore(task: Pick<Task, 'metrics'>, scores: EpochSummary['metrics']): HeadlineScore {
  const metric = task.metrics[0]
  const value = scores[metric] ?? null
  return { metric, value: value === null || metrics[metric].direction === 'higher' ? value : -value }
}
