/** A run's model for other programs. */
import { join } from 'node:path'
import { z } from 'zod'
import { copyCheckpointFolder } from '@main/checkpoints/copy-checkpoint-folder.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { readStoredJson } from '@main/storage/stored-json.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { ExportedModel } from './lab.ts'

/** What of a checkpoint's state says where the best weights are. */
const stateSchema = z.object({ bestStep: z.number().int().nonnegative().nullable() })

/**
 * Copies the checkpoint with a run's best score, or its newest where none was scored yet, as a folder that transformers
 * loads with the same logits.
 *
 * @param home data folder
 * @param runId which run
 * @param out where the folder shall be: nothing, or an empty folder
 * @failure not-found, also when the run has no checkpoint yet; invalid-argument when something is at `out`; disk-full,
 *   file-unreadable and the checkpoint codes
 */
export async function exportRun(home: string, runId: string, out: string): Promise<ExportedModel> {
  const folder = RunFolder.open(home, runId)
  const steps = folder.checkpointSteps()
  const newest = steps.at(-1)
  if (newest === undefined)
    throw new LabError(
      'not-found',
      `Run ${runId} (${folder.read().status}) has no checkpoint to export.`,
      'A run has one after its first epoch: wait for it, or go on with “lab resume”.',
    )
  const { bestStep } = readStoredJson(join(folder.checkpointFolder(newest), 'state.json'), stateSchema)
  const step = bestStep !== null && steps.includes(bestStep) ? bestStep : newest
  const copy = await copyCheckpointFolder(folder.checkpointFolder(step), out)
  return {
    runId,
    step,
    folder: copy.folder,
    architecture: copy.architecture,
    parameters: copy.parameters,
    files: copy.files.map(({ path }) => path),
  }
}
