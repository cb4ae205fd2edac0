/** Runs side by side: from ids of runs and studies to groups, and to files. */
import { compareRuns } from '@main/comparison/compare-runs.ts'
import { renderComparison } from '@main/comparison/render-comparison.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { StudyLibrary } from '@main/storage/study-library.ts'
import { LabError } from '@shared/failures/failure.ts'
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
    Promise.resolve().then(() =>
      compareRuns(
        ids.flatMap((id) => runsOf(options, id)),
        baseline,
      ),
    )
  return {
    groups: compare,
    render: async ({ format, ...request }) =>
      renderComparison(await compare(request), format, [
        `AD-DROP Lab ${options.version}, ${new Date().toISOString().slice(0, 10)}: ${request.ids.join(', ')}`,
      ]),
  }
}

/** The runs an id stands for: one, or those of a study whose folders are still there. */
function runsOf({ home, studies }: ComparisonServiceOptions, id: string): RunSummary[] {
  const run = findRun(home, id)
  if (run !== null) return [run]
  try {
    return studies.get(id).runIds.flatMap((runId) => findRun(home, runId) ?? [])
  } catch (thrown) {
    if (!(thrown instanceof LabError) || thrown.code !== 'not-found') throw thrown
    throw new LabError(
      'not-found',
      `There is no run and no study “${id}” in ${home}.`,
      '"lab runs" lists the runs with their studies.',
    )
  }
}

function findRun(home: string, runId: string): RunSummary | null {
  try {
    return RunFolder.open(home, runId).read()
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code === 'not-found') return null
    throw thrown
  }
}
