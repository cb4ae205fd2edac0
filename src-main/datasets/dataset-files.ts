/** Which files make up a data set, which split each one is, and what the data set is called. */
import type { Dirent } from 'node:fs'
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
  /** Whether it may turn out not to belong: found in a folder, or given beside others, without the name of a split. */
  readonly isOptional: boolean
}

/** Endings of files that hold examples, whatever their name. */
const dataExtensions = ['.tsv', '.csv', '.jsonl', '.ndjson', '.conll', '.iob', '.iob2', '.bio']
/** Endings of files that hold examples when they are named after a split. */
const splitExtensions = ['.json', '.txt']
/** Endings of files that hold data the lab does not read, and how to make them readable. */
const foreignExtensions: Readonly<Record<string, string>> = {
  '.parquet':
    'Convert it to JSON Lines, with pandas: read_parquet("…").to_json("…", orient="records", lines=True).',
  '.arrow': 'Convert it to JSON Lines, with the datasets library: load_from_disk("…").to_json("…").',
  '.xlsx': 'Save the sheet as "CSV UTF-8" in a spreadsheet program.',
  '.xls': 'Save the sheet as "CSV UTF-8" in a spreadsheet program.',
  '.zip': 'Unpack it, and choose the folder with the files.',
  '.gz': 'Unpack it, and choose the folder with the files.',
}
const splitOfStem: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['dev', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['validation', 'validation'],
  ['eval', 'validation'],
  ['test', 'test'],
])

/** Splits by the ending of a file's name, as in the shared task's `eng.train`, `eng.testa` and `eng.testb`. */
const splitOfEnding: ReadonlyMap<string, SplitName> = new Map([
  ['.train', 'train'],
  ['.dev', 'validation'],
  ['.testa', 'validation'],
  ['.testb', 'test'],
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
    else files.push({ path, split: splitOf(path), isOptional: paths.length > 1 && !isDataFileName(path) })
  }
  return files.sort((a, b) => rank(a.split) - rank(b.split))
}

/**
 * Whether a file's name says that it holds examples.
 *
 * @param path name or path
 */
export function isDataFileName(path: string): boolean {
  const extension = extname(path).toLowerCase()
  return (
    dataExtensions.includes(extension) ||
    splitOfEnding.has(extension) ||
    (splitExtensions.includes(extension) && isNamedAfterSplit(path))
  )
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

/**
 * Refuses a data set of which two files are the same split.
 *
 * @param files answer of {@link listDatasetFiles}
 * @failure dataset-unrecognized
 */
export function refuseSharedSplits(files: readonly DatasetFile[]): void {
  const fileOfSplit = new Map<SplitName, string>()
  for (const { path, split } of files) {
    const other = fileOfSplit.get(split)
    if (other !== undefined) {
      throw new LabError(
        'dataset-unrecognized',
        `Both ${other} and ${path} would be the ${split} split; one file a split is needed.`,
        'Give only one of them, or join them into one file.',
      )
    }
    fileOfSplit.set(split, path)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (thrown) {
    throw readFailure(thrown, folder)
  }
}

async function filesOfFolder(folder: string): Promise<readonly DatasetFile[]> {
  const entries = (await entriesOf(folder)).filter(({ name }) => !name.startsWith('.'))
  refuseFolderAsFile(folder, entries)
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  const surely = names.filter((name) => dataExtensions.includes(extname(name).toLowerCase()))
  const json = names.filter((name) => extname(name).toLowerCase() === '.json' && isNamedAfterSplit(name))
  // Beside tables, a train.txt is something else: MRPC's folder has its first release in such files.
  const chosen = surely.length + json.length > 0 ? [...surely, ...json] : names.filter(isDataFileName)
  if (chosen.length > 0) {
    return chosen.map((name) => ({
      path: join(folder, name),
      split: splitOf(name),
      isOptional: !isNamedAfterSplit(name),
    }))
  }
  throw await withoutData(folder, names, entries)
}

/** Programs that unpack archives make a folder `train.csv` with the file in it. */
function refuseFolderAsFile(folder: string, entries: readonly Dirent[]): void {
  const found = entries.find(
    (entry) =>
      entry.isDirectory() &&
      dataExtensions.includes(extname(entry.name).toLowerCase()) &&
      isNamedAfterSplit(entry.name),
  )
  if (found === undefined) return
  throw new LabError(
    'dataset-unrecognized',
    `${join(folder, found.name)} is a folder, although it is named like a file.`,
    `Move the file in it up in its place, or give the files one by one.`,
  )
}

/** Says what the folder has instead, and what to choose. */
async function withoutData(
  folder: string,
  names: readonly string[],
  entries: readonly Dirent[],
): Promise<LabError> {
  const shown = names.slice(0, 5).join(', ')
  const found = names.length === 0 ? 'no files' : `only ${shown}${names.length > 5 ? ', …' : ''}`
  const message = `The folder ${folder} holds no data set: ${found} in it; needed are files such as train.tsv and dev.tsv.`
  const foreign = names.find((name) => extname(name).toLowerCase() in foreignExtensions)
  if (foreign !== undefined) {
    const step = foreignExtensions[extname(foreign).toLowerCase()]!
    return new LabError('dataset-unrecognized', message, `${foreign} is not read as it is. ${step}`)
  }
  if (names.includes('dataset_dict.json'))
    return new LabError(
      'dataset-unrecognized',
      message,
      'It was saved by the datasets library. Convert it in Python: for name, split in datasets.load_from_disk("…").items(): split.to_json(f"{name}.jsonl")',
    )
  const misnamed = names.find((name) => renamed(name) !== null)
  if (misnamed !== undefined)
    return new LabError(
      'dataset-unrecognized',
      message,
      `If ${misnamed} is a table, rename it to ${renamed(misnamed)!}, and the others like it.`,
    )
  const single = names.find((name) => ['.json', '.txt'].includes(extname(name).toLowerCase()))
  for (const entry of entries.filter((candidate) => candidate.isDirectory()).slice(0, 20)) {
    const inside = (await entriesOf(join(folder, entry.name))).map(({ name }) => name)
    if (inside.some(isDataFileName))
      return new LabError('dataset-unrecognized', message, `Choose its folder ${join(folder, entry.name)}.`)
    const foreignInside = inside.find((name) => extname(name).toLowerCase() in foreignExtensions)
    if (foreignInside !== undefined)
      return new LabError(
        'dataset-unrecognized',
        message,
        `${join(entry.name, foreignInside)} is not read as it is. ${foreignExtensions[extname(foreignInside).toLowerCase()]!}`,
      )
  }
  return new LabError(
    'dataset-unrecognized',
    message,
    single === undefined
      ? 'Choose the folder that holds the .tsv, .csv or .jsonl files.'
      : `Choose the folder that holds the .tsv, .csv or .jsonl files, or the file ${single} itself if it is one.`,
  )
}

/** The name that a file named after a split would be read by: behind a hidden `.txt`, or with an ending at all. */
function renamed(name: string): string | null {
  const inner = /^(.+\.(?:csv|tsv|jsonl|ndjson|json))\.txt$/i.exec(name)?.[1]
  if (inner !== undefined) return inner
  const isUnusual = ['', '.dat', '.data', '.tab', '.text'].includes(extname(name).toLowerCase())
  return isUnusual && isNamedAfterSplit(name) ? `${parse(name).name}.csv` : null
}

function splitOf(path: string): SplitName {
  const ofEnding = splitOfEnding.get(extname(path).toLowerCase())
  if (ofEnding !== undefined) return ofEnding
  const stem = stemOf(path)
  return splitOfStem.get(stem.toLowerCase()) ?? stem
}

function isNamedAfterSplit(path: string): boolean {
  return splitOfEnding.has(extname(path).toLowerCase()) || splitOfStem.has(stemOf(path).toLowerCase())
}

/** Name without its ending, and without the numbers of the hub's shards (`train-00000-of-00001`). */
function stemOf(path: string): string {
  return parse(path).name.replace(/-\d{5}-of-\d{5}$/, '')
}

function rank(split: SplitName): number {
  const position = ['train', 'validation', 'test'].indexOf(split)
  return position < 0 ? 3 : position
}
