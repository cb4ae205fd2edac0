/** What a data set's library entry says about it without its examples. */
import { createHash } from 'node:crypto'
import type { DatasetSummary, Example, SplitName, SplitSummary } from '@shared/results/dataset-summary.ts'
import { tasks } from '@shared/tasks/task.ts'
import type { ParsedDataset } from './import-dataset.ts'
import type { ParsedSplit } from './parsed-split.ts'

const quantiles = [0, 0.25, 0.5, 0.75, 0.95, 1]
const lengthBins = 20
const scoreBins = 10

/**
 * Counts labels, lengths and scores of every split and digests the examples.
 *
 * @param parsed the data set
 * @param datasetId its id in the library
 * @param addedAt ISO 8601
 */
export function summarizeDataset(parsed: ParsedDataset, datasetId: string, addedAt: string): DatasetSummary {
  const scoreRange = tasks[parsed.task].kind === 'regression' ? rangeOfScores(parsed) : null
  const splits = Object.entries(parsed.splits).map(([name, split]): [SplitName, SplitSummary] => [
    name,
    summarizeSplit(split, parsed.labels, scoreRange),
  ])
  return {
    datasetId,
    name: parsed.name,
    task: parsed.task,
    labels: parsed.labels,
    hasPairs: parsed.hasPairs,
    splits: Object.fromEntries(splits),
    dialect: parsed.dialect,
    notes: parsed.notes,
    problems: parsed.problems,
    skippedRows: parsed.skippedRows,
    contentSha256: contentSha256(parsed),
    addedAt,
  }
}

function summarizeSplit(
  { examples, source }: ParsedSplit,
  labels: readonly string[],
  scoreRange: readonly [number, number] | null,
): SplitSummary {
  const given = examples.flatMap(
    ({ label, wordLabels }) => wordLabels ?? (label === undefined ? [] : [label]),
  )
  const lengths = examples.map(characters).sort((a, b) => a - b)
  const longest = lengths.at(-1) ?? 0
  // The value that at least this share of the examples does not exceed (nearest rank).
  const atQuantile = (quantile: number): number =>
    lengths[Math.max(0, Math.ceil(quantile * lengths.length) - 1)] ?? 0
  const isLabelled = scoreRange === null && given.length > 0
  return {
    examples: examples.length,
    labels: isLabelled ? countLabels(given, labels) : {},
    lengthQuantiles: Object.fromEntries(
      quantiles.map((quantile) => [String(quantile), atQuantile(quantile)]),
    ),
    lengthHistogram: histogram(lengths, [0, longest], lengthBins),
    scoreHistogram: scoreRange === null || given.length === 0 ? [] : histogram(given, scoreRange, scoreBins),
    source,
  }
}

/** Characters (code points) of text plus pair. */
function characters({ text, pair }: Example): number {
  return Array.from(text).length + Array.from(pair ?? '').length
}

function countLabels(given: readonly number[], labels: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Array<number>(labels.length).fill(0)
  for (const label of given) counts[label]! += 1
  return Object.fromEntries(labels.map((name, index) => [name, counts[index]!]))
}

/** Counts over equal bins of a range, its upper end in the last bin; a range of one value fills the last bin. */
function histogram(
  values: readonly number[],
  [lowest, highest]: readonly [number, number],
  bins: number,
): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    const bin = highest > lowest ? Math.floor(((value - lowest) / (highest - lowest)) * bins) : bins - 1
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1
  }
  return counts
}

/** The task's range of scores; for scores of one's own the range that occurs in any split. */
function rangeOfScores(parsed: ParsedDataset): readonly [number, number] {
  const range = tasks[parsed.task].scoreRange
  if (range !== undefined) return range
  let lowest = Infinity
  let highest = -Infinity
  for (const { examples } of Object.values(parsed.splits)) {
    for (const { label } of examples) {
      if (label === undefined) continue
      lowest = Math.min(lowest, label)
      highest = Math.max(highest, label)
    }
  }
  return lowest <= highest ? [lowest, highest] : [0, 0]
}

/** Digest of task, labels and every example; file names, formats and the order of splits do not enter. */
function contentSha256({ task, labels, splits }: ParsedDataset): string {
  const hash = createHash('sha256').update(`${JSON.stringify([task, labels])}\n`)
  for (const name of Object.keys(splits).sort()) {
    hash.update(`${JSON.stringify(name)}\n`)
    const rows = splits[name]!.examples.map(({ text, pair, label, words, wordLabels }) =>
      JSON.stringify(words === undefined ? [text, pair ?? null, label ?? null] : [words, wordLabels ?? null]),
    )
    hash.update(rows.join('\n')).update('\n')
  }
  return hash.digest('hex')
}
