/** What dropped or chosen paths are: checkpoints, data sets, or nothing the lab can read. */
import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDataFileName, listDatasetFiles } from '@main/datasets/dataset-files.ts'
import { inspectDatasetPaths } from '@main/datasets/inspect-dataset-paths.ts'
import type { DropInspection } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'

/** A folder with config.json is a checkpoint folder; whether it is a good one is found out when it is registered. */
function isCheckpointFolder(path: string): boolean {
  return (
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true && existsSync(join(path, 'config.json'))
  )
}

/**
 * Sorts paths into checkpoints and data sets. Several files together are one data set; several folders are one each.
 *
 * @param paths absolute paths
 * @returns at least one entry; together they name every path once
 */
export async function inspectDrop(paths: readonly string[]): Promise<DropInspection[]> {
  const found: DropInspection[] = []
  const files: string[] = []
  for (const path of paths) {
    if (isCheckpointFolder(path)) {
      found.push({ kind: 'checkpoint', paths: [path], description: `Checkpoint folder "${basename(path)}"` })
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
  const dataset = await inspectDatasetPaths(paths)
  if (dataset !== null) return { kind: 'dataset', paths, ...dataset }
  if (await areDataFilesByName(paths)) {
    // Importing says which file is at fault and why, or asks for the task; a sniff can only say no.
    return { kind: 'dataset', paths, task: null, description: `Data: ${baseNames(paths)}` }
  }
  const missing = paths.filter((path) => !existsSync(path))
  return {
    kind: 'unknown',
    paths,
    description:
      missing.length > 0
        ? `${missing.join(', ')} does not exist.`
        : `${baseNames(paths)}: neither a checkpoint folder (config.json with safetensors) nor a data set (GLUE folder, CSV, TSV or JSON Lines).`,
  }
}

async function areDataFilesByName(paths: readonly string[]): Promise<boolean> {
  try {
    const files = await listDatasetFiles(paths)
    return files.length > 0 && files.every(({ path }) => isDataFileName(path))
  } catch (thrown) {
    if (thrown instanceof LabError) return false
    throw thrown
  }
}

const baseNames = (paths: readonly string[]): string => paths.map((path) => basename(path)).join(', ')
