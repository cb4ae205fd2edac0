/** Scores of a task on one split, as a run records them. */
import type { MetricId } from '@shared/tasks/metric.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { accuracy, f1Binary, f1Macro, matthewsCorrelation } from './classification-metrics.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { pearsonCorrelation, spearmanCorrelation } from './correlation.ts'

/**
 * Every metric of a task, as fractions.
 *
 * F1 is that of label 1 where there are two labels (for RTE: `not_entailment`), else the mean over labels. Regression
 * predictions are clipped to the task's score range first, as the authors do. A correlation that is undefined (fewer
 * than two examples, constant or non-finite predictions) counts as 0.
 *
 * @param taskId task
 * @param gold label index or gold score of each example
 * @param predictions predicted label index or score of each example, in the same order
 * @param numLabels labels of the data set; needed for `classification` when not all of them occur in `gold`
 * @returns metric → value, in the order of the task's table
 */
export function scoreTask(
  taskId: TaskId,
  gold: readonly number[],
  predictions: readonly number[],
  numLabels: number = tasks[taskId].labels.length,
): Partial<Record<MetricId, number>> {
  const task = tasks[taskId]
  const metricOf =
    task.kind === 'regression'
      ? regressionMetric(gold, clipped(predictions, task.scoreRange))
      : classificationMetric(gold, predictions, numLabels)
  return Object.fromEntries(task.metrics.map((metric) => [metric, metricOf(metric)]))
}

function clipped(values: readonly number[], range: readonly [number, number] | undefined): readonly number[] {
  if (range === undefined) return values
  const [lowest, highest] = range
  return values.map((value) => Math.min(highest, Math.max(lowest, value)))
}

function regressionMetric(
  gold: readonly number[],
  predictions: readonly number[],
): (metric: MetricId) => number {
  const zeroWhenUndefined = (value: number): number => (Number.isNaN(value) ? 0 : value)
  return (metric) => {
    if (metric === 'pearson') return zeroWhenUndefined(pearsonCorrelation(gold, predictions))
    if (metric === 'spearman') return zeroWhenUndefined(spearmanCorrelation(gold, predictions))
    throw new Error(`${metric} is no metric of a regression task.`)
  }
}

function classificationMetric(
  gold: readonly number[],
  predictions: readonly number[],
  numLabels: number,
): (metric: MetricId) => number {
  const confusion = confusionMatrix(gold, predictions)
  const labels = Math.max(numLabels, 1 + (confusion.labels.at(-1) ?? 0))
  return (metric) => {
    if (metric === 'accuracy') return accuracy(confusion)
    if (metric === 'matthews') return matthewsCorrelation(confusion)
    if (metric === 'f1') return labels > 2 ? f1Macro(confusion) : f1Binary(confusion, 1)
    throw new Error(`${metric} is no metric of a classification task.`)
  }
}
