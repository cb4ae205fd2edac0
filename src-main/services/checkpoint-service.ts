/** Checkpoints: registering, listing, forgetting, and finding the one a run names. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspectCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { isArchive } from '@main/checkpoints/checkpoint-archive.ts'
import type { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { isIdentifier } from '@main/storage/lab-home.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import { importArchive } from './import-archive.ts'
import { importFromHub } from './import-from-hub.ts'
import type { EventHub } from './event-hub.ts'
import type { Lab } from './lab.ts'
import type { UnreadableReport } from './unreadable-report.ts'

/**
 * The use cases around checkpoints.
 *
 * @param library where they are kept
 * @param hub told when the list changes
 * @param unreadable told what cannot be listed
 */
export function checkpointService(
  library: CheckpointLibrary,
  hub: EventHub,
  unreadable: UnreadableReport,
): Lab['checkpoints'] {
  const importFolder: Lab['checkpoints']['import'] = async ({ path }, name) => {
    const addedAt = new Date().toISOString()
    const found = (await isArchive(path))
      ? await importArchive(path, library, addedAt)
      : await inspectCheckpointFolder(path, addedAt)
    const checkpoint = library.add({ ...found, name: name ?? found.name })
    hub.send({ type: 'library-changed', what: 'checkpoints' })
    return checkpoint
  }
  return {
    import: importFolder,
    fetch: async (model, options) => {
      const checkpoint = library.add(await importFromHub(model, library.hubPath, options))
      hub.send({ type: 'library-changed', what: 'checkpoints' })
      return checkpoint
    },
    list: () => Promise.resolve().then(() => unreadable.entriesOf(library.list())),
    get: (checkpointId) => Promise.resolve().then(() => library.get(checkpointId)),
    remove: ({ checkpointId }) =>
      Promise.resolve().then(() => {
        library.remove(checkpointId)
        hub.send({ type: 'library-changed', what: 'checkpoints' })
        return null
      }),
    resolve: async (reference, { baseFolder }) => {
      const known = isIdentifier(reference) ? findKnown(library, reference) : null
      if (known !== null) return known
      const folder = resolve(baseFolder, reference)
      if (!existsSync(folder))
        throw new LabError(
          'not-found',
          `Checkpoint "${reference}" was not found: no checkpoint has this id, and ${folder} does not exist.`,
          'List the checkpoints with "lab checkpoint list", or give the path of a checkpoint folder.',
        )
      return importFolder({ path: folder })
    },
  }
}

function findKnown(library: CheckpointLibrary, checkpointId: string): CheckpointSummary | null {
  try {
    return library.get(checkpointId)
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code === 'not-found') return null
    throw thrown
  }
}
