/** Folders that hold a model in another form than the one that is read: what they are, and the step that converts them. */
import { basename, join } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'

interface Format {
  /** File names of this form. */
  readonly pattern: RegExp
  readonly what: string
  readonly hint: string
  /** Whether such a file may as well hold data. */
  readonly mayBeData?: boolean
}

const inPython = (load: string): string =>
  `Convert it with Python’s transformers: AutoModelForSequenceClassification.${load}.save_pretrained("converted", safe_serialization=True), with the tokenizer’s files copied beside; then choose the folder “converted”.`

/** PyTorch's own files; what a training program keeps beside a model is none of its weights. */
const torchFiles =
  /^(?!adapter_|(?:training_args|optimizer|scheduler|scaler|rng_state)\b).*\.(bin|pt|pth|ckpt)(\.index\.json)?$/

/** Forms of weights; the first that is there is named. */
const weightFormats: readonly Format[] = [
  {
    pattern: /^adapter_(model|config)\./,
    what: 'an adapter (PEFT, LoRA) without its model',
    hint: 'Merge it with Python’s peft: AutoPeftModelForSequenceClassification.from_pretrained("…").merge_and_unload().save_pretrained("merged"), and choose the folder “merged”.',
  },
  {
    pattern: /\.(part|partial|crdownload|incomplete|download|aria2|tmp)$/,
    what: 'a download that has not ended',
    mayBeData: true,
    hint: 'Wait until the download has ended, or start it again.',
  },
  {
    pattern: torchFiles,
    what: 'PyTorch’s own files',
    hint: 'Put the config.json of the same model beside the weights.',
  },
  {
    pattern: /^tf_model.*\.h5$|\.h5$/,
    what: 'TensorFlow’s weights',
    hint: inPython('from_pretrained("…", from_tf=True)'),
  },
  { pattern: /\.msgpack$/, what: 'Flax weights', hint: inPython('from_pretrained("…", from_flax=True)') },
  {
    pattern: /\.(gguf|ggml)$/,
    what: 'GGUF weights, which are rounded and cannot be trained',
    hint: 'Download the model’s safetensors files instead.',
  },
  {
    pattern: /\.onnx$/,
    what: 'an ONNX graph',
    hint: 'Download the model’s safetensors files instead; an ONNX graph cannot be turned back.',
  },
  {
    pattern: /\.(zip|tar|tgz|gz|7z)$/,
    what: 'an archive',
    mayBeData: true,
    hint: 'Unpack the archive, and choose the folder it holds.',
  },
]

/** TensorFlow's own checkpoints, as Google published BERT: three files of one name. */
const tensorflowCheckpoint = /\.ckpt(-\d+)?\.(index|meta|data-\d+-of-\d+)$/

const googleHint =
  'Convert it with Python’s transformers and TensorFlow: BertForPreTraining.from_pretrained("bert_model.ckpt.index", from_tf=True, config=BertConfig.from_json_file("bert_config.json")).save_pretrained("converted", safe_serialization=True), with vocab.txt copied beside; then choose the folder “converted”.'

/**
 * Whether a file's name is that of weights in any form, or of something that only lies beside weights.
 *
 * @param name without folders
 */
export function isWeightsName(name: string): boolean {
  return (
    name.endsWith('.safetensors') ||
    name === 'bert_config.json' ||
    tensorflowCheckpoint.test(name) ||
    weightFormats.some(({ pattern, mayBeData = false }) => !mayBeData && pattern.test(name))
  )
}

/** How a file's name is spelled wrongly: by an editor that added an ending, by a second download, by capitals. */
function isMisspelled(name: string, wanted: string): boolean {
  if (name === wanted) return false
  const plain = name
    .toLowerCase()
    .replace(/\s*[(_-]?\s*(copy|kopie|\d)\)?(?=\.)/, '')
    .replace(/\.(txt|bak|orig|old)$/, '')
  return plain === wanted || plain.replace(/\s+/g, '') === wanted
}

/**
 * The failure for a folder without config.json.
 *
 * @param folder what a person chose
 * @param names its entries
 * @param inner a folder inside that is a checkpoint; null when none was found
 */
export function noConfig(folder: string, names: ReadonlySet<string>, inner: string | null): LabError {
  const all = [...names].sort()
  const found = all.slice(0, 5).join(', ')
  const missing = `${folder} is no checkpoint: config.json is missing (found: ${found === '' ? 'nothing' : found}).`
  const refuse = (message: string, hint: string): LabError =>
    new LabError('checkpoint-unrecognized', message, hint)
  if (inner !== null) return refuse(missing, `Choose the folder inside: ${inner}.`)
  const misspelled = all.find((name) => isMisspelled(name, 'config.json'))
  if (misspelled !== undefined) return refuse(missing, `Rename ${misspelled} to config.json.`)
  if (all.some((name) => tensorflowCheckpoint.test(name)))
    return refuse(
      `${folder} is a TensorFlow checkpoint, as Google published BERT; safetensors weights are needed.`,
      googleHint,
    )
  const format =
    all.length === 0 ? undefined : weightFormats.find(({ pattern }) => all.some((name) => pattern.test(name)))
  if (format !== undefined) {
    const named = all
      .filter((name) => format.pattern.test(name))
      .slice(0, 3)
      .join(', ')
    return refuse(`${folder} has no config.json, and its weights are ${format.what} (${named}).`, format.hint)
  }
  if (all.some((name) => name.endsWith('.safetensors')))
    return refuse(missing, 'Put the config.json of the same model beside the weights.')
  return refuse(
    missing,
    'Choose a Hugging Face folder with config.json and model.safetensors or pytorch_model.bin.',
  )
}

/**
 * The failure for a folder with config.json and without readable weights.
 *
 * @param folder what a person chose
 * @param names its entries
 */
export function noWeights(folder: string, names: ReadonlySet<string>): LabError {
  const refuse = (message: string, hint: string): LabError =>
    new LabError('checkpoint-unrecognized', message, hint)
  const all = [...names].sort()
  const named = (pattern: RegExp): string =>
    all
      .filter((name) => pattern.test(name))
      .slice(0, 3)
      .join(', ')
  const others = all.filter((name) => name.endsWith('.safetensors') && !name.startsWith('adapter_'))
  const [first] = others
  if (first !== undefined && others.length === 1 && !isShard(first))
    return refuse(
      `${folder} has its weights in ${first}; model.safetensors is looked for.`,
      `Rename ${first} to model.safetensors.`,
    )
  if (others.length > 0)
    return refuse(
      `${folder} has ${others.length} weight files (${others.slice(0, 3).join(', ')}) but neither model.safetensors nor model.safetensors.index.json.`,
      'Copy or download model.safetensors.index.json, which says which file holds which weights.',
    )
  const torch = all.filter((name) => torchFiles.test(name))
  const [file] = torch
  if (file !== undefined && torch.length === 1 && !isShard(file))
    return refuse(
      `${folder} has its weights in ${file}; model.safetensors or pytorch_model.bin is looked for.`,
      `Rename ${file} to pytorch_model.bin.`,
    )
  if (file !== undefined)
    return refuse(
      `${folder} has ${torch.length} weight ${torch.length === 1 ? 'file' : 'files'} (${torch.slice(0, 3).join(', ')}) but neither pytorch_model.bin nor pytorch_model.bin.index.json.`,
      'Copy or download pytorch_model.bin.index.json, which says which file holds which weights.',
    )
  if (all.some((name) => tensorflowCheckpoint.test(name)))
    return refuse(
      `${folder} has its weights only as a TensorFlow checkpoint (${named(tensorflowCheckpoint)}); safetensors are needed.`,
      googleHint,
    )
  const format = weightFormats.find(({ pattern }) => all.some((name) => pattern.test(name)))
  if (format !== undefined)
    return refuse(
      `${folder} has its weights only as ${format.what} (${named(format.pattern)}); model.safetensors or pytorch_model.bin is needed.`,
      format.hint,
    )
  return refuse(
    `${folder} has a config.json but no weights: neither model.safetensors nor pytorch_model.bin, nor an index of one of them.`,
    'Put the weights of the same model beside config.json.',
  )
}

function isShard(name: string): boolean {
  return /-\d+-of-\d+\.(safetensors|bin)$/.test(name)
}

/**
 * Folders in which a checkpoint is often found when a person chose the one above.
 *
 * @param folder what a person chose
 * @param names its entries
 */
export function likelyInner(folder: string, names: ReadonlySet<string>): string[] {
  const usual =
    /^(snapshots|model|0_Transformer|0_BERT|best|final|checkpoints?|checkpoint-\d+|refs|.*bert.*|.*minilm.*|[0-9a-f]{40})$/i
  return [...names]
    .filter((name) => usual.test(basename(name)))
    .sort()
    .slice(0, 20)
    .map((name) => join(folder, name))
}
