/** Checkpoints from a hub: fetched into the data folder, then looked at like any folder. */
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { readCheckpointText } from '@main/checkpoints/checkpoint-text.ts'
import { inspectCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { parseConfigFile } from '@main/checkpoints/encoder-config-file.ts'
import { downloadFile } from '@main/checkpoints/hub/download-file.ts'
import { checkpointFilesOf, listHubModel, type HubFile } from '@main/checkpoints/hub/hub-listing.ts'
import { hubConnection, type HubModel } from '@main/checkpoints/hub/hub-model.ts'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { nodeFileCalls } from '@main/platform/file-calls.ts'
import { removeUnfinished } from '@main/platform/file-content.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'

/** How far a fetch has come. */
export interface FetchProgress {
  /** The file that is being fetched. */
  readonly file: string
  readonly bytes: number
  /** Of all files; null where the hub does not say. */
  readonly totalBytes: number | null
}

/** Who is told, and who may end it. */
export interface FetchOptions {
  readonly onProgress?: (progress: FetchProgress) => void
  readonly signal?: AbortSignal
  /** HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE; those of the process when left out. */
  readonly environment?: NodeJS.ProcessEnv
}

/**
 * Fetches a model's files and describes the checkpoint. Configuration and tokenizer come first: a model that cannot be
 * trained is refused before its weights are fetched. What came before an interruption is kept and gone on with.
 *
 * @param model the model and its revision
 * @param hubPath the data folder's folder for them
 * @param options progress, end, environment
 * @failure hub-unreachable, hub-refused, download-damaged, not-found, disk-full and every code of `inspectCheckpointFolder`
 */
export async function importFromHub(
  model: HubModel,
  hubPath: string,
  options: FetchOptions = {},
): Promise<CheckpointSummary> {
  const { onProgress, signal, environment = process.env } = options
  const connection = hubConnection(environment)
  const listing = await listHubModel(connection, model)
  const files = checkpointFilesOf(listing, model)
  const folder = join(hubPath, `${model.id.replace('/', '--')}@${listing.commit.slice(0, 12)}`)
  try {
    nodeFileCalls.makeFolder(folder)
  } catch (thrown) {
    throw writeFailure(thrown, folder)
  }
  refuseWithoutRoom(model, files, folder)
  const totalBytes = files.reduce<number | null>(
    (sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes),
    0,
  )
  let before = 0
  let isConfigRead = false
  for (const file of files) {
    const isWeights = /\.(safetensors|bin)$/.test(file.name)
    if (isWeights && !isConfigRead) {
      await refuseUntrainable(model, folder)
      isConfigRead = true
    }
    let bytes = 0
    const onBytes = (now: number): void => {
      bytes = now
      onProgress?.({ file: file.name, bytes: before + now, totalBytes })
    }
    const { commit } = listing
    await downloadFile({ connection, model, commit, file, folder, onBytes, ...(signal && { signal }) })
    before += bytes
  }
  try {
    return { ...(await inspectCheckpointFolder(folder, new Date().toISOString())), name: nameOf(model) }
  } catch (thrown) {
    // Whole, as its digests say, and of no use: nobody would look for it there.
    removeUnfinished(folder, nodeFileCalls)
    throw about(model, folder, thrown)
  }
}

const nameOf = ({ id }: HubModel): string => id.split('/').at(-1)!

/** Refuses what `config.json` rules out; the little that was fetched goes. */
async function refuseUntrainable(model: HubModel, folder: string): Promise<void> {
  const path = join(folder, 'config.json')
  try {
    const { value } = await readCheckpointText(path, 'config.json')
    parseConfigFile(value, path)
  } catch (thrown) {
    removeUnfinished(folder, nodeFileCalls)
    throw about(model, folder, thrown)
  }
}

function refuseWithoutRoom({ id }: HubModel, files: readonly HubFile[], folder: string): void {
  const missing = files.reduce((sum, { name, bytes }) => {
    const have = statIfPresent(join(folder, name)) ?? statIfPresent(join(folder, `${name}.part`))
    return sum + Math.max(0, (bytes ?? 0) - (have?.size ?? 0))
  }, 0)
  const { bavail, bsize } = statfsSync(folder)
  if (missing < bavail * bsize) return
  const text = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`
  throw new LabError(
    'disk-full',
    `${id} needs ${text(missing)} more in ${folder}, which has ${text(bavail * bsize)} free.`,
    'Free some space, or choose another data folder with LAB_HOME.',
  )
}

/** A failure that names the model instead of the folder it was fetched into. */
function about({ id }: HubModel, folder: string, thrown: unknown): unknown {
  if (!(thrown instanceof LabError)) return thrown
  const message = thrown.message.replaceAll(`${folder}/`, `${id}: `).replaceAll(folder, id)
  return new LabError(thrown.code, message, thrown.hint, { cause: thrown })
}
