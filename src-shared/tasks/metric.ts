/** The registry of metrics: name, direction, range and how a number of it is written. Views read this and nothing else. */

/** Every metric's identifier. */
export const metricIds = [
  'accuracy',
  'f1',
  'matthews',
  'pearson',
  'spearman',
  'entityF1',
  'entityPrecision',
  'entityRecall',
  'loss',
] as const

/** Identifier of a metric. */
export type MetricId = (typeof metricIds)[number]

/** What a reader needs to know about a metric. */
export interface Metric {
  readonly id: MetricId
  readonly label: string
  /** Which way is better. */
  readonly direction: 'higher' | 'lower'
  /** `percent`: a fraction shown ×100 with one decimal, as the literature does; `plain`: four decimals. */
  readonly format: 'percent' | 'plain'
  /** Range of the raw value. */
  readonly range: readonly [number, number]
}

/** Every metric, by identifier. Raw values are fractions (0.884), never percentages. */
export const metrics: Readonly<Record<MetricId, Metric>> = {
  accuracy: { id: 'accuracy', label: 'Accuracy', direction: 'higher', format: 'percent', range: [0, 1] },
  f1: { id: 'f1', label: 'F1', direction: 'higher', format: 'percent', range: [0, 1] },
  matthews: { id: 'matthews', label: 'Matthews', direction: 'higher', format: 'percent', range: [-1, 1] },
  pearson: { id: 'pearson', label: 'Pearson', direction: 'higher', format: 'percent', range: [-1, 1] },
  spearman: { id: 'spearman', label: 'Spearman', direction: 'higher', format: 'percent', range: [-1, 1] },
  entityF1: { id: 'entityF1', label: 'Entity F1', direction: 'higher', format: 'percent', range: [0, 1] },
  entityPrecision: {
    id: 'entityPrecision',
    label: 'Entity precision',
    direction: 'higher',
    format: 'percent',
    range: [0, 1],
  },
  entityRecall: {
    id: 'entityRecall',
    label: 'Entity recall',
    direction: 'higher',
    format: 'percent',
    range: [0, 1],
  },
  loss: { id: 'loss', label: 'Loss', direction: 'lower', format: 'plain', range: [0, Infinity] },
}
