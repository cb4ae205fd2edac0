/** How far two attributions order the positions of attention rows alike. */
import { spearmanCorrelation } from '@main/metrics/correlation.ts'

/** What many rows come to. */
export interface AgreementSummary {
  readonly rows: number
  /** Mean over rows of the rank correlation. */
  readonly meanSpearman: number
  /** Share of rows whose candidate regions are the same. */
  readonly equalRegions: number
  /** Share of positions that are in both regions or in neither. */
  readonly equalPositions: number
  /** Rows left out of the mean: one side gives all positions the same, which is no order. */
  readonly rowsWithoutOrder: number
}

type Pair = readonly [readonly number[], readonly number[]]

/** Agreement, row by row. */
export class RowAgreement {
  private rows = 0
  private ordered = 0
  private correlations = 0
  private equalRows = 0
  private positions = 0
  private equalPositions = 0

  /**
   * Adds a row.
   *
   * @param attributions of both sides, real columns alone
   * @param regions 1 where a position is protected, else 0
   */
  add(attributions: Pair, regions: Pair): void {
    const correlation = spearmanCorrelation(...attributions)
    this.rows++
    if (!Number.isNaN(correlation)) {
      this.ordered++
      this.correlations += correlation
    }
    const equal = regions[0].filter((isProtected, column) => isProtected === regions[1][column]).length
    this.positions += regions[0].length
    this.equalPositions += equal
    if (equal === regions[0].length) this.equalRows++
  }

  /** What the rows so far come to; not numbers before the first. */
  summary(): AgreementSummary {
    return {
      rows: this.rows,
      meanSpearman: this.correlations / this.ordered,
      equalRegions: this.equalRows / this.rows,
      equalPositions: this.equalPositions / this.positions,
      rowsWithoutOrder: this.rows - this.ordered,
    }
  }
}
