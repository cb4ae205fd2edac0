/** What is known before a file is read. */
import type { DatasetReading } from '@shared/contracts/dataset-reading.ts'

/** What the person said, and what the folder's name tells. */
export interface ReadingContext {
  readonly reading: DatasetReading
  /** Whether folder or person say that this is CoLA, so that odd rows are defects of it. */
  readonly isCola: boolean
}
