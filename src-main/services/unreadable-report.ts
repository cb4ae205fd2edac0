/** Says once what a list leaves out because it cannot be read; the list itself shows what can. */
import type { Logger } from '@main/platform/logger.ts'
import type { Listing } from '@main/storage/entry-listing.ts'

/** Remarks about damaged entries of the data folder. */
export class UnreadableReport {
  readonly #logger: Logger
  readonly #told = new Set<string>()

  /** @param logger told once for each entry */
  constructor(logger: Logger) {
    this.#logger = logger
  }

  /**
   * The good entries of a listing.
   *
   * @param listing what was read, and what could not be
   */
  entriesOf<T>(listing: Listing<T>): readonly T[] {
    for (const { path, failure } of listing.unreadable) {
      if (this.#told.has(path)) continue
      this.#told.add(path)
      this.#logger.warn('An entry cannot be read and is left out.', { path, failure })
    }
    return listing.entries
  }
}
