/** Runs side by side: from ids of runs and studies to groups, and to files. */
import { compareRuns } from '@main/comparison/compare-runs.ts'
import { renderComparison } from '@main/comparison/render-comparison.ts'
import { entryNames } from '@main/storage/entry-listing.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { StudyLibrary } from '@main/storage/study-library.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import type { Lab } from './lab.ts'

/** What the use cases around comparisons work with. */
export interface ComparisonServiceOptions {
  readonly home: string
  readonly studies: StudyLibrary
  /** Version of this program, named in files that have a place for it. */
  readonly version: string
}

/**
 * The use cases around comparisons.
 *
 * @param options where runs and studies are
 */
export function comparisonService(options: ComparisonServiceOptions): Lab['comparisons'] {
  const compare: Lab['comparisons']['groups'] = ({ ids, baseline }) =>
    Promise.resolve().then(() => {
      const known = new Set(entryNames(options.home, 'runs'))
      const runIds = ids.flatMap((id) => (known.has(id) ? [id] : studyRuns(options, id)))
      const found = [...new Set(runIds)].map((runId) => readRun(options.home, runId))
      return compareRuns(
        found.filter((run) => 'config' in run),
        baseline,
        found.filter((run) => 'reason' in run),
      )
    })
  return {
    groups: compare,
    render: async ({ format, ...request }) =>
      renderComparison(await compare(request), format, [
        `AD-DROP Lab ${options.version}, ${new Date().toISOString().slice(0, 10)}: ${request.ids.join(', ')}`,
      ]),
  }
}

/** The runs of a study, those included whose folder is gone. */
function studyRuns({ home, studies }: ComparisonServiceOptions, id: string): readonly string[] {
  try {
    return studies.get(id).runIds
  } catch (thrown) {
    if (!(thrown instanceof LabError) || thrown.code !== 'not-found') throw thrown
    throw new LabError(
      'not-found',
      `There is no run and no study “${id}” in ${home}.`,
      '"lab runs" lists the runs with their studies.',
    )
  }
}

/** A run, or why it cannot take part: one damaged record must not keep the others from being compared. */
function readRun(home: string, runId: string): RunSummary | Comparison['leftOut'][number] {
  try {
    return RunFolder.open(home, runId).read()
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    return { runId, reason: `Its record cannot be read. ${thrown.message}` }
  }
}
