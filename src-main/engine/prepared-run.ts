/** Everything a run trains on, read from disk: examples as ids, first weights, the model's configuration. */
import * as tf from '@tensorflow/tfjs'
import { loadCheckpointFolder, type LoadedCheckpoint } from '@main/checkpoints/checkpoint-folder.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import { modelWeights, initialValues } from '@main/ml/models/model-weights.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { ownWeights } from '@main/ml/training/method-state.ts'
import { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { DatasetLibrary } from '@main/storage/dataset-library.ts'
import type { Tokenizer } from '@main/text/encoding.ts'
import { alignedLabels } from '@main/ml/heads/label-alignment.ts'
import type { Gold } from '@shared/tasks/prediction.ts'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { LabError } from '@shared/failures/failure.ts'
import { tasks, type Task } from '@shared/tasks/task.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { EncodedExample } from '@main/ml/heads/encoded-example.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import { decideHead, scoreLabel, type HeadDecision } from '@shared/results/checkpoint-head.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { DatasetSummary, Example } from '@shared/results/dataset-summary.ts'
import type { RowSelection, RunRows } from '@shared/results/row-selection.ts'
import { selectedRows } from './selected-rows.ts'

/** A run ready to train. */
export interface PreparedRun {
  readonly task: Task
  /** Label names in index order; one entry for regression. */
  readonly labels: readonly string[]
  readonly config: ModelConfig
  readonly tokenizerFiles: LoadedCheckpoint['tokenizerFiles']
  readonly train: readonly EncodedExample[]
  readonly validation: readonly EncodedExample[]
  /** Gold labels of the validation examples. */
  readonly gold: readonly Gold[]
  /** Tokens of every example of the data set, used or not: what all runs of a study share. */
  readonly tokenCounts: { readonly train: readonly number[]; readonly validation: readonly number[] }
  /** Which rows `train` and `validation` are. */
  readonly rows: RunRows
  /** What a reader of the run should know: weights begun anew, tensors left unused. */
  readonly notes: readonly string[]
  /** First weights, the method's own included, read anew at each call: nothing of them is held; the caller disposes them. */
  createParameters(): Promise<Parameters>
}

/**
 * Reads a run's data and checkpoint.
 *
 * @param home data folder
 * @param record the run
 * @failure checkpoint-changed and the other checkpoint codes, not-found, dataset-split-missing, invalid-config
 */
export async function prepareRun(home: string, record: RunRecord): Promise<PreparedRun> {
  const { config: runConfig } = record
  const loadCheckpoint = async (): Promise<LoadedCheckpoint> => {
    await new CheckpointLibrary(home).verifyCheckpointFiles(record.checkpoint)
    return loadCheckpointFolder(record.checkpoint.folder)
  }
  const checkpoint = await loadCheckpoint()
  const { tokenizerFiles, warnings } = checkpoint
  const task = tasks[runConfig.task]
  const config: ModelConfig = { ...checkpoint.config, taskKind: task.kind }
  const tokenizer = readTokenizer(tokenizerFiles)
  checkLength(config, record)

  const library = new DatasetLibrary(home)
  const dataset = library.get(record.dataset.datasetId)
  if (dataset.contentSha256 !== record.dataset.contentSha256) {
    throw new LabError(
      'not-found',
      `The data set ${dataset.name} is not the one this run was launched on: its content differs.`,
      'Import the original files again, or launch a new run.',
    )
  }
  const encode = (examples: readonly Example[]): EncodedExample[] =>
    examples.map((example) => encodedExample(tokenizer, example, runConfig.training.maxLength))

  const labels = task.kind === 'regression' ? [scoreLabel] : dataset.labels
  const decision = decideHead(checkpoint.head, { task: task.id, kind: task.kind, labels })
  const regularizer = regularizerFor(runConfig.method)
  return {
    task,
    labels,
    config,
    tokenizerFiles,
    ...usedRows(record, task.kind === 'regression' ? [] : labels, (name) => {
      const examples = library.examples(dataset.datasetId, name)
      checkLabelled(dataset, name, examples)
      return { examples, encoded: encode(examples) }
    }),
    notes: [decision.reason, ...warnings],
    createParameters: async () => {
      const { tensors } = await loadCheckpoint()
      const first = { tensors, config, outputs: labels.length, decision, seed: runConfig.training.seed }
      return new Map([...firstWeights(first), ...ownWeights(regularizer, config)])
    },
  }
}

/** A text, a pair or words as ids, with what they are labelled. */
function encodedExample(tokenizer: Tokenizer, example: Example, maxLength: number): EncodedExample {
  const { text, pair, label, words, wordLabels } = example
  if (words === undefined)
    return { ...tokenizer.encode(text, pair, maxLength), ...(label === undefined ? {} : { label }) }
  const { inputIds, tokenTypeIds, wordIds } = tokenizer.encodeWords(words, maxLength)
  return { inputIds, tokenTypeIds, words: alignedLabels(wordIds, wordLabels, words.length) }
}

/** A split's examples, as texts and as ids. */
interface ReadSplit {
  readonly examples: readonly Example[]
  readonly encoded: readonly EncodedExample[]
}

/** The examples that the run's limits leave it, and what is known of all others. */
function usedRows(
  record: RunRecord,
  labels: readonly string[],
  read: (split: 'train' | 'validation') => ReadSplit,
): Pick<PreparedRun, 'train' | 'validation' | 'gold' | 'tokenCounts' | 'rows'> {
  const wishes = {
    config: record.config,
    labels,
    takesFirst: record.rows === null && record.startedAt !== null,
  }
  const used = (name: 'train' | 'validation') => {
    const { examples, encoded } = read(name)
    const { rows, selection } = selectedRows(examples, name, wishes)
    checkSameRows(record.rows?.[name], selection)
    return {
      examples: rows.map((row) => encoded[row]!),
      gold: rows.map((row) => examples[row]!.wordLabels ?? examples[row]!.label!),
      tokens: encoded.map(({ inputIds }) => inputIds.length),
      selection,
    }
  }
  const [train, validation] = [used('train'), used('validation')]
  return {
    train: train.examples,
    validation: validation.examples,
    gold: validation.gold,
    tokenCounts: { train: train.tokens, validation: validation.tokens },
    rows: { train: train.selection, validation: validation.selection },
  }
}

/** A run that goes on must train on the rows it began with. */
function checkSameRows(before: RowSelection | undefined, now: RowSelection): void {
  if (before === undefined || before.rowsSha256 === now.rowsSha256) return
  throw new LabError(
    'run-not-resumable',
    `This version of the program draws other rows than the ${before.examples} this run began with.`,
    'Launch a new run.',
  )
}

/** A row without a label would be trained and scored as if it had the first one. */
function checkLabelled({ name }: DatasetSummary, split: string, examples: readonly Example[]): void {
  const unlabelled = examples.findIndex(({ label, wordLabels }) => (wordLabels ?? label) === undefined)
  if (unlabelled < 0) return
  throw new LabError(
    'dataset-split-missing',
    `Row ${unlabelled + 1} of the "${split}" split of data set "${name}" has no label.`,
    'Import a file whose rows have labels.',
  )
}

interface FirstWeights {
  readonly tensors: LoadedCheckpoint['tensors']
  readonly config: ModelConfig
  readonly outputs: number
  readonly decision: HeadDecision
  readonly seed: number
}

/** The checkpoint's weights, and new ones where it has none that fit. */
function firstWeights({ tensors, config, outputs, decision, seed }: FirstWeights): Parameters {
  const parameters = new Map<string, tf.Tensor>()
  for (const [name, weight] of modelWeights(config, outputs)) {
    const stored = weight.part === 'head' && decision.kind !== 'reuse' ? undefined : tensors.get(name)?.values
    const values = stored ?? initialValues(weight, config.initializerRange, seed)
    const isOrdered = weight.place === 'classifier' && decision.kind === 'reuse'
    parameters.set(
      name,
      tf.tensor(isOrdered ? inOrder(values, decision.order) : values, [...weight.shape], 'float32'),
    )
  }
  return parameters
}

/** A classifier's weight [C, E] or bias [C] with the checkpoint's outputs in the order of the run's labels. */
function inOrder(values: Float32Array, order: readonly number[]): Float32Array {
  const width = values.length / order.length
  const ordered = new Float32Array(values.length)
  order.forEach((output, label) =>
    ordered.set(values.subarray(output * width, (output + 1) * width), label * width),
  )
  return ordered
}

/** The settings must fit the model; that the tokenizer does is checked with the checkpoint. */
function checkLength(config: ModelConfig, record: RunRecord): void {
  const { maxLength } = record.config.training
  const positions = maxTokens(config)
  if (maxLength <= positions) return
  throw new LabError(
    'invalid-config',
    `training.maxLength is ${maxLength}, but the checkpoint has only ${positions} positions.`,
    `Set training.maxLength to at most ${positions}.`,
  )
}
