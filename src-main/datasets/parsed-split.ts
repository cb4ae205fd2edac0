/** One split of a data set that has been read. */
import type { Example } from '@shared/results/dataset-summary.ts'

/** Its examples, and where they are from. */
export interface ParsedSplit {
  readonly examples: readonly Example[]
  /** File as the person gave it, and its content's sha256. */
  readonly source: { readonly path: string; readonly sha256: string }
}
