/** A study from a window refers to what is registered; the command line may also name paths, a page may not. */
import { LabError } from '@shared/failures/failure.ts'
import type { StudyConfig } from '@shared/config/study-config.ts'

/** Settings of a run that name a data set or checkpoint. */
type Reference = 'dataset' | 'checkpoint'

/**
 * Everything that a study names as its data set or checkpoint: in its base, its grid and its points.
 *
 * @param study as parsed
 * @param reference which of the two
 */
export function referencesOf(study: StudyConfig, reference: Reference): unknown[] {
  const { base, grid, points } = study as {
    readonly base: Readonly<Record<string, unknown>>
    readonly grid: Readonly<Record<string, readonly unknown[]>>
    readonly points: readonly Readonly<Record<string, unknown>>[]
  }
  const found = [base[reference], ...(grid[reference] ?? []), ...points.map((point) => point[reference])]
  return [...new Set(found)].filter((value) => value !== undefined)
}

/**
 * Refuses a study that names anything else than what is registered.
 *
 * @param study as parsed
 * @param reference data sets or checkpoints
 * @param registered their identifiers
 * @failure not-found
 */
export function requireRegistered(
  study: StudyConfig,
  reference: Reference,
  registered: ReadonlySet<string>,
): void {
  for (const value of referencesOf(study, reference)) {
    if (typeof value !== 'string' || registered.has(value)) continue
    throw new LabError(
      'not-found',
      `There is no ${reference === 'dataset' ? 'data set' : 'checkpoint'} “${value.slice(0, 200)}”.`,
      `Choose one that is registered, or add it first.`,
    )
  }
}
