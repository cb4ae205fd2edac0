/** Which runs of a list can be read. */
import { LabError } from '@shared/failures/failure.ts'
import { RunFolder } from './run-folder.ts'

/**
 * Runs whose record can be read: one that is damaged, or whose folder a person deleted, must not keep the others from
 * being shown or going on.
 *
 * @param home data folder
 * @param runIds any runs
 * @returns those that can be read, in the order given
 */
export function readableRuns(home: string, runIds: readonly string[]): string[] {
  return runIds.filter((runId) => {
    try {
      RunFolder.open(home, runId).read()
      return true
    } catch (thrown) {
      if (thrown instanceof LabError) return false
      throw thrown
    }
  })
}
