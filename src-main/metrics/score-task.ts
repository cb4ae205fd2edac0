/** Scores of a task on one split, as a run records them. */
import { metrics, type MetricId } from '@shared/tasks/metric.ts'
import { tasks, type Task, type TaskId } from '@shared/tasks/task.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { accuracy, f1Binary, f1Macro, matthewsCorrelation } from './classification-metrics.ts'
import { confusionMatrix, type ConfusionMatrix } from './confusion-matrix.ts'
import { pearsonCorrelation, spearmanCorrelation } from './correlation.ts'
import { entityF1, type EntityReport } from './entity-f1.ts'
import type { Gold, Prediction } from '@shared/tasks/prediction.ts'

/** Scores of a split; a metric that is undefined is null and has a reason. */
export interface TaskScores {
  /** Metric → value as a fraction, or null, in the order of the task's table. */
  readonly metrics: Readonly<Partial<Record<MetricId, number | null>>>
  /** Metric → why it is undefined, as the end of a sentence. */
  readonly undefined: Readonly<Partial<Record<MetricId, string>>>
}

/** A value, or why there is none. */
type Score = number | string

/** Predictions computed in float32 that differ by less than this share of their size differ by rounding alone. */
const roundingShare = 1e-6

/**
 * Every metric of a task, as fractions.
 *
 * F1 is that of label 1 where there are two labels (for RTE: `not_entailment`), else the mean over labels. Regression
 * predictions are clipped to the task's score range first, as the authors do.
 *
 * Undefined are: everything without examples; Matthews, Pearson and Spearman where gold or predictions are constant (0 ÷ 0;
 * scikit-learn prints 0 for Matthews there, and SciPy NaN for the others); correlations of fewer than two examples; F1 of
 * label 1 where it is neither in gold nor predicted, and an entity's precision, recall and F1 where none of theirs is there
 * (0 ÷ 0). A word that the model did not read, because its text was cut off, counts as predicted to be outside of entities.
 *
 * @param taskId task
 * @param gold label index or gold score of each example, or the label index of each of its words
 * @param predictions predicted likewise for each example, in the same order; finite
 * @param labels names of the data set's labels, in index order
 * @throws RangeError when the lengths differ, or when a prediction is not finite: that is no prediction
 */
export function scoreTask(
  taskId: TaskId,
  gold: readonly Gold[],
  predictions: readonly Prediction[],
  labels: readonly string[] = tasks[taskId].labels,
): TaskScores {
  if (!predictions.flat().every((value) => value === null || Number.isFinite(value)))
    throw new RangeError('A prediction is not finite.')
  const task = tasks[taskId]
  const scoreOf = scorerOf(task, gold, predictions, labels)
  const scores = task.metrics.map((metric): readonly [MetricId, Score] => [
    metric,
    gold.length === 0 ? 'the split has no examples' : scoreOf(metric),
  ])
  return {
    metrics: Object.fromEntries(scores.map(([id, score]) => [id, typeof score === 'number' ? score : null])),
    undefined: Object.fromEntries(scores.filter(([, score]) => typeof score === 'string')),
  }
}

function scorerOf(
  task: Task,
  gold: readonly Gold[],
  predictions: readonly Prediction[],
  labels: readonly string[],
): (metric: MetricId) => Score {
  switch (task.kind) {
    case 'regression':
      return regression(task, gold as readonly number[], predictions as readonly number[])
    case 'classification':
      return classification(gold as readonly number[], predictions as readonly number[], labels)
    case 'token-classification': {
      const tagOf = (label: number | null): string => (label === null ? outside : labels[label]!)
      return entities(
        entityF1(
          (gold as readonly (readonly number[])[]).map((words) => words.map(tagOf)),
          (predictions as readonly (readonly (number | null)[])[]).map((words) => words.map(tagOf)),
        ),
      )
    }
    default:
      return assertNever(task.kind)
  }
}

/** Tag of a word that is in no entity. */
const outside = 'O'

function entities(report: EntityReport): (metric: MetricId) => Score {
  return (metric) => {
    switch (metric) {
      case 'accuracy':
        return report.accuracy
      case 'entityF1':
        return report.gold + report.predicted === 0 ? 'no entity is there, and none was predicted' : report.f1
      case 'entityPrecision':
        return report.predicted === 0 ? 'no entity was predicted' : report.precision
      case 'entityRecall':
        return report.gold === 0 ? 'no entity is there' : report.recall
      default:
        throw new Error(`${metrics[metric].label} is no metric of token classification.`)
    }
  }
}

function regression(
  { scoreRange }: Task,
  gold: readonly number[],
  raw: readonly number[],
): (metric: MetricId) => Score {
  const predictions = scoreRange === undefined ? raw : raw.map((value) => clipped(value, scoreRange))
  if (predictions.length !== gold.length)
    throw new RangeError(`${gold.length} gold scores stand against ${predictions.length} predictions.`)
  const reason = whyUncorrelated(gold, predictions)
  return (metric) => {
    if (metric !== 'pearson' && metric !== 'spearman')
      throw new Error(`${metrics[metric].label} is no metric of a regression task.`)
    if (reason !== null) return reason
    return metric === 'pearson'
      ? pearsonCorrelation(gold, predictions)
      : spearmanCorrelation(gold, predictions)
  }
}

function clipped(value: number, [lowest, highest]: readonly [number, number]): number {
  return Math.min(highest, Math.max(lowest, value))
}

function whyUncorrelated(gold: readonly number[], predictions: readonly number[]): string | null {
  if (gold.length < 2) return 'a correlation needs two examples'
  if (extent(gold).width === 0) return `every gold score is ${gold[0]!}`
  const { width, size } = extent(predictions)
  return width <= roundingShare * size
    ? `every prediction is ${Number(predictions[0]!.toPrecision(6))}`
    : null
}

/** Largest difference of two values, and the largest magnitude. */
function extent(values: readonly number[]): { readonly width: number; readonly size: number } {
  let [lowest, highest] = [Infinity, -Infinity]
  for (const value of values) {
    lowest = Math.min(lowest, value)
    highest = Math.max(highest, value)
  }
  return { width: highest - lowest, size: Math.max(Math.abs(lowest), Math.abs(highest)) }
}

function classification(
  gold: readonly number[],
  predictions: readonly number[],
  labels: readonly string[],
): (metric: MetricId) => Score {
  const confusion = confusionMatrix(gold, predictions)
  const count = Math.max(labels.length, 1 + (confusion.labels.at(-1) ?? 0))
  const nameOf = (label: number): string => `“${labels[label] ?? String(label)}”`
  return (metric) => {
    if (metric === 'accuracy') return accuracy(confusion)
    if (metric === 'matthews') return whyConstant(confusion, nameOf) ?? matthewsCorrelation(confusion)
    if (metric !== 'f1') throw new Error(`${metrics[metric].label} is no metric of a classification task.`)
    if (count > 2) return f1Macro(confusion)
    if (!confusion.labels.includes(1))
      return `no example has the label ${nameOf(1)}, and none was predicted to have it`
    return f1Binary(confusion, 1)
  }
}

/** Which side is of one label alone; null when neither is. */
function whyConstant(
  { labels, goldCounts, predictedCounts, examples }: ConfusionMatrix,
  nameOf: (label: number) => string,
): string | null {
  const only = (counts: readonly number[]): number | undefined => labels[counts.indexOf(examples)]
  const [gold, predicted] = [only(goldCounts), only(predictedCounts)]
  if (gold !== undefined) return `every example has the label ${nameOf(gold)}`
  return predicted === undefined ? null : `every prediction is ${nameOf(predicted)}`
}
