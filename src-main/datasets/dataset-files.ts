/** Which files make up a data set, which split each one is, and what the data set is called. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, parse, resolve } from 'node:path'
import { readFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { SplitName } from '@shared/results/dataset-summary.ts'

/** A file of a data set. */
export interface DatasetFile {
  /** As the person gave it; inside a folder that was given, folder and name. */
  readonly path: string
  readonly split: SplitName
  /** Whether it was only found in a folder and is not named after a split: then it may turn out not to belong. */
  readonly isOptional: boolean
}

/** Files in a folder that may hold examples. */
const dataExtensions = ['.tsv', '.csv', '.jsonl', '.ndjson']
const splitOfStem: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'train'],
  ['dev', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['validation', 'validation'],
  ['eval', 'validation'],
  ['test', 'test'],
])

/**
 * The files behind the given paths: those of folders (not of folders within them) and single files, training split
 * first.
 *
 * @param paths files and folders as the person gave them
 * @failure not-found, file-unreadable, dataset-unrecognized
 */
export async function listDatasetFiles(paths: readonly string[]): Promise<readonly DatasetFile[]> {
  const files: DatasetFile[] = []
  for (const path of paths) {
    if (await isFolder(path)) files.push(...(await filesOfFolder(path)))
    else files.push({ path, split: splitOf(path), isOptional: false })
  }
  return files.sort((a, b) => rank(a.split) - rank(b.split))
}

/**
 * Whether a file's name says that it may hold examples.
 *
 * @param path name or path
 */
export function isDataFileName(path: string): boolean {
  return dataExtensions.includes(extname(path).toLowerCase())
}

/**
 * A name for the data set: that of the folder, or of a single file with a name of its own.
 *
 * @param paths files and folders as the person gave them
 * @param files answer of {@link listDatasetFiles}
 */
export function datasetName(paths: readonly string[], files: readonly DatasetFile[]): string {
  const [first] = paths
  const [file] = files
  if (first === undefined || file === undefined) return 'data set'
  const isSingleFile = files.length === 1 && file.path === first
  if (isSingleFile && !isNamedAfterSplit(first)) return parse(first).name
  const folder = basename(file.path === first ? dirname(resolve(first)) : resolve(first))
  return folder === '' ? 'data set' : folder
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

async function filesOfFolder(folder: string): Promise<readonly DatasetFile[]> {
  let entries
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (thrown) {
    throw readFailure(thrown, folder)
  }
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
  const files = names.filter(isDataFileName).map((name) => ({
    path: join(folder, name),
    split: splitOf(name),
    isOptional: !isNamedAfterSplit(name),
  }))
  if (files.length > 0) return files
  const found =
    names.length === 0 ? 'no files' : `only ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
  throw new LabError(
    'dataset-unrecognized',
    `The folder ${folder} holds no data set: ${found} in it; needed are files such as train.tsv and dev.tsv.`,
    'Choose the folder that holds the .tsv, .csv or .jsonl files, not one above or below it.',
  )
}

function splitOf(path: string): SplitName {
  const stem = parse(path).name
  return splitOfStem.get(stem.toLowerCase()) ?? stem
}

function isNamedAfterSplit(path: string): boolean {
  return splitOfStem.has(parse(path).name.toLowerCase())
}

function rank(split: SplitName): number {
  const position = ['train', 'validation', 'test'].indexOf(split)
  return position < 0 ? 3 : position
}
