/** Every file that the lab reads, beside data files: a whole one, and what reads it in the product. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { rawTensors } from '@main/checkpoints/testing/flaw.ts'
import { zipOf } from '@main/checkpoints/testing/write-zip.ts'
import { torchLegacy, torchZip, type SavedTensor } from '@main/checkpoints/torch/testing/write-torch-file.ts'
import { readJsonFile } from '@main/cli/json-file.ts'
import { readLatestCheckpoint } from '@main/engine/run-checkpoint.ts'
import { createLab } from '@main/services/create-lab.ts'
import { invalidConfig } from '@main/services/config-issues.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { aShortRun, carryOutHere } from './tiny-lab.ts'

/** A file that is read. */
export interface ReadableFile {
  /** What it is, for messages. */
  readonly name: string
  /** Folder of everything that is read together; it is copied for each trial. */
  readonly folder: string
  /** The file, within the folder. */
  readonly file: string
  /** Reads it as the product does; expected failures are `LabError`s. */
  readonly read: (folder: string) => Promise<void>
}

const models = resolve(import.meta.dirname, '../../src-main/parity/testing')

async function readCheckpoint(folder: string): Promise<void> {
  const { tokenizerFiles } = await loadCheckpointFolder(join(folder, 'model'))
  readTokenizer(tokenizerFiles).encode('a film with \u{1F600} and "quotes"', 'très bon', 16)
}

/** What a window does with a list of runs and with each of them. */
async function readRuns(folder: string): Promise<void> {
  const home = join(folder, 'home')
  const lab = createLab({ home, enginePath: 'none', sampleFolder: 'none', version: '0', queuedRuns: 'leave' })
  try {
    const runs = await lab.runs.list()
    const unreadable = await lab.runs.unreadable()
    await lab.comparisons.groups({ ids: [...runs, ...unreadable].map(({ runId }) => runId), baseline: null })
    for (const { runId } of runs) {
      await lab.runs.show({ runId })
      await lab.runs.steps({ runId, buckets: 100 })
    }
    await lab.studies.list()
    await lab.checkpoints.list()
    for (const { datasetId } of await lab.datasets.list())
      await lab.datasets.preview({ datasetId, split: 'train', offset: 0, limit: 10 })
  } finally {
    await lab.close()
  }
}

/** What an engine does before it goes on with a run, and then the rest of the run. */
async function resumeRun(folder: string): Promise<void> {
  const home = join(folder, 'home')
  const run = RunFolder.open(home, 'r-000000000000')
  await readLatestCheckpoint(run)
  await carryOutHere({ home, folder: run })
}

async function planStudy(folder: string): Promise<void> {
  const input = await readJsonFile(join(folder, 'study.json'), folder)
  const parsed = studyConfig.safeParse(input)
  if (!parsed.success) throw invalidConfig('The study', parsed.error, input)
  const lab = createLab({
    home: join(folder, 'home'),
    enginePath: 'none',
    sampleFolder: 'none',
    version: '0',
  })
  try {
    await lab.studies.plan({ study: parsed.data }, { baseFolder: folder })
  } finally {
    await lab.close()
  }
}

async function importZip(folder: string): Promise<void> {
  const lab = createLab({
    home: join(folder, 'home'),
    enginePath: 'none',
    sampleFolder: 'none',
    version: '0',
  })
  try {
    await lab.checkpoints.import({ path: join(folder, 'model.zip') })
  } finally {
    await lab.close()
  }
}

function copyOf(model: string, to: string): string {
  cpSync(join(models, model, 'model'), join(to, 'model'), { recursive: true })
  return to
}

/** BERT's tokenizer as one JSON document, made of its vocabulary. */
function tokenizerJson(folder: string): string {
  const pieces = readFileSync(join(folder, 'model/vocab.txt'), 'utf8').trimEnd().split('\n')
  return JSON.stringify(
    {
      added_tokens: [{ id: pieces.indexOf('[CLS]'), content: '[CLS]', special: true, normalized: false }],
      normalizer: { type: 'BertNormalizer', lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: { type: 'BertProcessing' },
      model: { type: 'WordPiece', vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])) },
    },
    null,
    1,
  )
}

function tensorsOf(folder: string): SavedTensor[] {
  return rawTensors(join(folder, 'model/model.safetensors')) as unknown as SavedTensor[]
}

/** A BERT with its weights in another file. */
function withTorch(root: string, name: string, write: (tensors: SavedTensor[]) => Uint8Array): string {
  const folder = copyOf('bert-tiny', join(root, name))
  writeFileSync(join(folder, 'model/pytorch_model.bin'), write(tensorsOf(folder)))
  rmSync(join(folder, 'model/model.safetensors'))
  return folder
}

function zipped(root: string): string {
  const from = copyOf('bert-tiny', join(root, 'to-zip'))
  const folder = join(root, 'zip')
  mkdirSync(folder)
  const files = ['config.json', 'model.safetensors', 'vocab.txt'].map((file) => ({
    name: `tiny/${file}`,
    content: readFileSync(join(from, 'model', file)),
    deflated: true,
  }))
  writeFileSync(join(folder, 'model.zip'), zipOf(files))
  return folder
}

/** A data folder with a finished run. */
async function finishedRun(root: string): Promise<string> {
  const folder = join(root, 'run')
  await carryOutHere(await aShortRun('fine-tuning', join(folder, 'home')))
  return folder
}

/** An engine process that says something makes the log. */
function withLog(folder: string, file: string): string {
  writeFileSync(join(folder, file), 'a line\n')
  return folder
}

/**
 * Makes a whole one of each.
 *
 * @param root an empty folder
 */
export async function readableFiles(root: string): Promise<readonly ReadableFile[]> {
  const bert = copyOf('bert-tiny', join(root, 'bert'))
  const roberta = copyOf('roberta-tiny', join(root, 'roberta'))
  const json = copyOf('bert-tiny', join(root, 'json'))
  writeFileSync(join(json, 'model/tokenizer.json'), tokenizerJson(json))
  writeFileSync(
    join(json, 'model/tokenizer_config.json'),
    JSON.stringify({ do_lower_case: true, pad_token: '[PAD]' }),
  )
  const run = await finishedRun(root)
  const runFile = (file: string): string => `home/runs/r-000000000000/${file}`
  const [step] = RunFolder.open(join(run, 'home'), 'r-000000000000').checkpointSteps()
  const [dataset = ''] = readdirSync(join(run, 'home/datasets'))
  const [checkpoint = ''] = readdirSync(join(run, 'home/checkpoints')).filter((name) =>
    name.endsWith('.json'),
  )
  const study = join(root, 'study')
  mkdirSync(study)
  cpSync(join(run, 'home'), join(study, 'home'), { recursive: true })
  const base = {
    schemaVersion: 1,
    checkpoint: 'home/tiny-model',
    dataset,
    task: 'sst2',
    training: { maxLength: 12 },
  }
  const grid = { 'training.seed': [1, 2, 3], 'method.kind': ['fine-tuning', 'ad-drop'] }
  writeFileSync(
    join(study, 'study.json'),
    JSON.stringify({ schemaVersion: 1, name: 's', base, grid }, null, 1),
  )
  const ofModel = (folder: string, files: readonly string[]): ReadableFile[] =>
    files.map((file) => ({ name: file, folder, file: `model/${file}`, read: readCheckpoint }))
  return [
    ...ofModel(bert, ['config.json', 'model.safetensors', 'vocab.txt']),
    ...ofModel(roberta, ['vocab.json', 'merges.txt']),
    ...ofModel(json, ['tokenizer.json', 'tokenizer_config.json']),
    ...ofModel(
      withTorch(root, 'torch-zip', (tensors) => torchZip(tensors)),
      ['pytorch_model.bin'],
    ),
    ...ofModel(
      withTorch(root, 'torch-legacy', (tensors) => torchLegacy(tensors)),
      ['pytorch_model.bin'],
    ),
    { name: 'model.zip', folder: zipped(root), file: 'model.zip', read: importZip },
    { name: 'study.json', folder: study, file: 'study.json', read: planStudy },
    { name: 'run.json', folder: run, file: runFile('run.json'), read: readRuns },
    { name: 'events.ndjson', folder: run, file: runFile('events.ndjson'), read: readRuns },
    {
      name: 'engine.log',
      folder: withLog(run, runFile('engine.log')),
      file: runFile('engine.log'),
      read: readRuns,
    },
    { name: 'dataset.json', folder: run, file: `home/datasets/${dataset}/dataset.json`, read: readRuns },
    { name: 'train.jsonl', folder: run, file: `home/datasets/${dataset}/train.jsonl`, read: readRuns },
    { name: 'a registered checkpoint', folder: run, file: `home/checkpoints/${checkpoint}`, read: readRuns },
    {
      name: 'state.json, resumed',
      folder: run,
      file: runFile(`checkpoints/${step}/state.json`),
      read: resumeRun,
    },
    { name: 'events.ndjson, resumed', folder: run, file: runFile('events.ndjson'), read: resumeRun },
    { name: 'run.json, resumed', folder: run, file: runFile('run.json'), read: resumeRun },
  ]
}
