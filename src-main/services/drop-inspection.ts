/** What dropped or chosen paths are: checkpoints, data sets, or nothing the lab can read. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { holdsCheckpoint, isArchive } from '@main/checkpoints/checkpoint-archive.ts'
import { isWeightsName } from '@main/checkpoints/other-formats.ts'
import { isDataFileName, listDatasetFiles } from '@main/datasets/dataset-files.ts'
import { importDataset } from '@main/datasets/import-dataset.ts'
import type { DropInspection } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'

/**
 * A folder with config.json or with weights in any form, Hugging Face's cache of a model, a file of weights, and an archive with a checkpoint in it are
 * meant as checkpoints; whether they are good ones is found out, and said, when they are registered.
 */
async function isMeantAsCheckpoint(path: string): Promise<boolean> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true)
    return (
      isWeightsName(basename(path)) ||
      (found !== undefined && (await isArchive(path)) && (await holdsCheckpoint(path)))
    )
  if (existsSync(join(path, 'config.json'))) return true
  const names = readdirSync(path)
  if (names.some(isDataFileName)) return false
  return names.some(isWeightsName) || (names.includes('snapshots') && names.includes('blobs'))
}

/**
 * Sorts paths into checkpoints and data sets. Several files together are one data set; several folders are one each.
 * What a data set is for, and whether it can be read, is said by importing it.
 *
 * @param paths absolute paths
 * @returns at least one entry; together they name every path once
 */
export async function inspectDrop(paths: readonly string[]): Promise<DropInspection[]> {
  const found: DropInspection[] = []
  const files: string[] = []
  for (const path of paths) {
    if (await isMeantAsCheckpoint(path)) {
      found.push({ kind: 'checkpoint', paths: [path], description: `Checkpoint "${basename(path)}"` })
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      found.push(await inspectData([path]))
    } else {
      files.push(path)
    }
  }
  if (files.length > 0) found.push(await inspectData(files))
  return found
}

async function inspectData(paths: readonly string[]): Promise<DropInspection> {
  const missing = paths.filter((path) => !existsSync(path))
  if (missing.length > 0)
    return { kind: 'unknown', paths, description: `${missing.join(', ')} does not exist.` }
  const description = `Data: ${paths.map((path) => basename(path)).join(', ')}`
  try {
    const files = await listDatasetFiles(paths)
    // Files without the name of data may hold some all the same, such as the first release of MRPC.
    if (!files.some(({ path }) => isDataFileName(path))) await importDataset(paths)
    return { kind: 'dataset', paths, description }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    return { kind: 'unknown', paths, description: `${thrown.message} ${thrown.hint}`.trim() }
  }
}
