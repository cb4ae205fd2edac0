/** Runs whose record cannot be read: lists show them with the reason instead of leaving them out without a word. */

/** A run's folder without a readable record. */
export interface UnreadableRun {
  readonly runId: string
  /** The study that lists it; null when none does. */
  readonly studyId: string | null
  /** Absolute path of its folder. */
  readonly folder: string
  /** What was found. */
  readonly reason: string
  /** The one step that helps. */
  readonly hint: string
}
