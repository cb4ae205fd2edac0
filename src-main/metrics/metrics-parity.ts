/** Compares the metrics with reference values of scikit-learn, SciPy, conlleval and sacreBLEU for `lab parity`. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import { tokenize13a } from './bleu-tokenizer.ts'
import { accuracy, f1Binary, f1Macro, matthewsCorrelation } from './classification-metrics.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { corpusBleu } from './corpus-bleu.ts'
import { pearsonCorrelation, spearmanCorrelation } from './correlation.ts'
import { entityF1, type EntityScore } from './entity-f1.ts'

/** The largest differences of one quantity over all its cases. */
export interface MetricParityRow {
  readonly quantity: string
  /** Infinity where one side is undefined and the other is not. */
  readonly maxAbs: number
  /** Relative to the reference value; differences from 0 count as absolute. */
  readonly maxRel: number
  readonly rtol: number
  readonly atol: number
  /** Every case: |ours − reference| ≤ atol + rtol · |reference|. */
  readonly pass: boolean
}

/** A metric number, or the text "NaN" or "error: …" where the library has none. */
const reference = z.union([z.number(), z.string().transform(() => NaN)])
const labels = z.array(z.number().int())
const entityScore = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  correct: z.number(),
  predicted: z.number(),
  gold: z.number(),
})
const tagged = z.array(z.array(z.string()))
const metricsFile = z.object({
  classification: z.array(
    z.object({
      gold: labels,
      pred: labels,
      matthews: z.number(),
      accuracy: z.number(),
      f1_macro: z.number(),
      f1_binary: z.number().optional(),
      acc_and_f1: z.number().optional(),
    }),
  ),
  regression: z.array(
    z.object({
      name: z.string(),
      gold: z.array(z.number()),
      pred: z.array(z.number()),
      pearson: reference,
      spearman: reference,
      pearson_spearman_mean: reference.optional(),
    }),
  ),
  entities: z.array(
    z.object({
      gold: tagged,
      pred: tagged,
      expected: entityScore.extend({
        accuracy: z.number(),
        tokens: z.number(),
        types: z.record(z.string(), entityScore),
      }),
    }),
  ),
  bleu: z.array(
    z.object({
      hypotheses: z.array(z.string()),
      references: z.array(z.array(z.string())),
      score: z.number(),
      counts: z.array(z.number()),
      totals: z.array(z.number()),
      precisions: z.array(z.number()),
      bp: z.number(),
      sys_len: z.number(),
      ref_len: z.number(),
      signature: z.string(),
    }),
  ),
  bleu_tokens_13a: z.array(z.object({ text: z.string(), tokens: z.string() })),
})
type MetricsFile = z.infer<typeof metricsFile>

/** Double precision with another order of summation; values lie in [−1, 1] or [0, 100]. */
const ratioTolerance = { rtol: 1e-9, atol: 1e-12 }
const exact = { rtol: 0, atol: 0 }
/** The file's own tolerance for scores with a large offset, where every implementation loses digits. */
const offsetTolerance = { rtol: 1e-6, atol: 1e-6 }

/**
 * Runs every case of a `metrics.json` (`classification`, `regression`, `entities`, `bleu`, `bleu_tokens_13a`).
 *
 * @param metricsJson text of the file
 * @returns one row a quantity
 * @failure file-unreadable when the text is not such a file
 */
export function compareMetricsFile(metricsJson: string): MetricParityRow[] {
  const file = parse(metricsJson)
  const rows = new Differences()
  compareClassification(file, rows)
  compareRegression(file, rows)
  compareEntities(file, rows)
  compareBleu(file, rows)
  return rows.all()
}

function parse(metricsJson: string): MetricsFile {
  try {
    return metricsFile.parse(JSON.parse(metricsJson))
  } catch (cause) {
    throw new LabError(
      'file-unreadable',
      'The reference values of the metrics (metrics.json) are not in the expected form.',
      'Use the folder of reference values this version of the lab was made for.',
      { cause },
    )
  }
}

function compareClassification(file: MetricsFile, rows: Differences): void {
  for (const { gold, pred, ...expected } of file.classification) {
    const confusion = confusionMatrix(gold, pred)
    const f1 = f1Binary(confusion, 1)
    rows.add('matthews', matthewsCorrelation(confusion), expected.matthews, ratioTolerance)
    rows.add('accuracy', accuracy(confusion), expected.accuracy, ratioTolerance)
    rows.add('f1 macro', f1Macro(confusion), expected.f1_macro, ratioTolerance)
    rows.add('f1 binary', f1, expected.f1_binary, ratioTolerance)
    rows.add('accuracy and f1', (accuracy(confusion) + f1) / 2, expected.acc_and_f1, ratioTolerance)
  }
}

function compareRegression(file: MetricsFile, rows: Differences): void {
  for (const { name, gold, pred, ...expected } of file.regression) {
    const hasOffset = name === 'large offset'
    const suffix = hasOffset ? ', large offset' : ''
    const tolerance = hasOffset ? offsetTolerance : ratioTolerance
    const pearson = pearsonCorrelation(gold, pred)
    const spearman = spearmanCorrelation(gold, pred)
    rows.add(`pearson${suffix}`, pearson, expected.pearson, tolerance)
    rows.add(`spearman${suffix}`, spearman, expected.spearman, tolerance)
    rows.add(
      `pearson spearman mean${suffix}`,
      (pearson + spearman) / 2,
      expected.pearson_spearman_mean,
      tolerance,
    )
  }
}

function compareEntities(file: MetricsFile, rows: Differences): void {
  const none: EntityScore = { precision: NaN, recall: NaN, f1: NaN, correct: NaN, predicted: NaN, gold: NaN }
  const compare = (prefix: string, ours: EntityScore, expected: EntityScore): void => {
    for (const ratio of ['precision', 'recall', 'f1'] as const) {
      rows.add(`${prefix} ${ratio}`, ours[ratio], expected[ratio], ratioTolerance)
    }
    for (const count of ['correct', 'predicted', 'gold'] as const) {
      rows.add(`${prefix} counts`, ours[count], expected[count], exact)
    }
  }
  for (const { gold, pred, expected } of file.entities) {
    const ours = entityF1(gold, pred)
    compare('entity', ours, expected)
    rows.add('entity token accuracy', ours.accuracy, expected.accuracy, ratioTolerance)
    rows.add('entity counts', ours.tokens, expected.tokens, exact)
    for (const type of new Set([...Object.keys(ours.types), ...Object.keys(expected.types)])) {
      compare('entity per type', ours.types[type] ?? none, expected.types[type] ?? none)
    }
  }
}

function compareBleu(file: MetricsFile, rows: Differences): void {
  for (const expected of file.bleu) {
    const lowercase = expected.signature.split('|').includes('case:lc')
    const ours = corpusBleu(expected.hypotheses, expected.references, { lowercase })
    rows.add('bleu', ours.score, expected.score, ratioTolerance)
    rows.add('bleu brevity penalty', ours.brevityPenalty, expected.bp, ratioTolerance)
    rows.add('bleu counts', ours.hypothesisLength, expected.sys_len, exact)
    rows.add('bleu counts', ours.referenceLength, expected.ref_len, exact)
    for (const order of [0, 1, 2, 3]) {
      rows.add('bleu precisions', ours.precisions[order], expected.precisions[order] ?? NaN, ratioTolerance)
      rows.add('bleu counts', ours.counts[order], expected.counts[order] ?? NaN, exact)
      rows.add('bleu counts', ours.totals[order], expected.totals[order] ?? NaN, exact)
    }
  }
  for (const { text, tokens } of file.bleu_tokens_13a) {
    rows.add('bleu tokens 13a', tokenize13a(text).join(' ') === tokens ? 0 : 1, 0, exact)
  }
}

interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** Collects the largest differences by quantity, in order of first appearance. */
class Differences {
  readonly #rows = new Map<string, MetricParityRow>()

  /** Adds one comparison; a reference that the file does not give is no comparison. */
  add(quantity: string, ours: number | undefined, expected: number | undefined, tolerance: Tolerance): void {
    if (expected === undefined) return
    const value = ours ?? NaN
    const bothUndefined = Number.isNaN(value) && Number.isNaN(expected)
    const absolute = bothUndefined ? 0 : Math.abs(value - expected)
    const difference = Number.isNaN(absolute) ? Infinity : absolute
    const size = Number.isNaN(expected) ? 0 : Math.abs(expected)
    const row = this.#rows.get(quantity) ?? { quantity, maxAbs: 0, maxRel: 0, ...tolerance, pass: true }
    this.#rows.set(quantity, {
      ...row,
      maxAbs: Math.max(row.maxAbs, difference),
      maxRel: Math.max(row.maxRel, size === 0 ? difference : difference / size),
      pass: row.pass && difference <= tolerance.atol + tolerance.rtol * size,
    })
  }

  all(): MetricParityRow[] {
    return [...this.#rows.values()]
  }
}
