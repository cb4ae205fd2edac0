/** Whether a run's settings, its data set and its checkpoint go together; asked before anything is launched. */
import { preparatoryEpochs } from '@shared/config/training-stages.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import { decideHead, scoreLabel, type HeadDecision } from '@shared/results/checkpoint-head.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskKind } from '@shared/tasks/task.ts'
import { trainingExamples } from './training-examples.ts'

/** Splits that training needs: one to learn from, one to choose the best epoch by. */
const neededSplits = ['train', 'validation'] as const

function checkTask(config: RunConfig, dataset: DatasetSummary): void {
  if (dataset.task === config.task) return
  throw new LabError(
    'task-mismatch',
    `Run "${config.name ?? ''}" is for task "${config.task}", but data set "${dataset.name}" (${dataset.datasetId}) holds task "${dataset.task}".`,
    `Set "task" to "${dataset.task}", or choose a data set of task "${config.task}".`,
  )
}

function checkSplits(dataset: DatasetSummary): void {
  const present = Object.keys(dataset.splits)
  for (const name of neededSplits) {
    const split = dataset.splits[name]
    if (split === undefined || split.examples === 0)
      throw new LabError(
        'dataset-split-missing',
        `Data set "${dataset.name}" (${dataset.datasetId}) has no "${name}" split; it has ${present.length === 0 ? 'none' : present.join(', ')}.`,
        `Import it again with a file of ${name === 'train' ? 'training' : 'validation'} rows (train.tsv, dev.tsv).`,
      )
    const numLabelled = Object.values(split.labels).reduce((sum, count) => sum + count, 0)
    if (tasks[dataset.task].kind !== 'regression' && numLabelled === 0)
      throw new LabError(
        'dataset-split-missing',
        `The "${name}" split of data set "${dataset.name}" (${dataset.datasetId}) has ${split.examples} rows, none of them labelled.`,
        'Import a file whose rows have labels.',
      )
  }
}

function checkLayers(config: RunConfig, checkpoint: CheckpointSummary): void {
  const { method } = config
  if (!('layers' in method) || method.layers === 'all') return
  const numLayers = checkpoint.config.numHiddenLayers
  const missing = method.layers.filter((layer) => layer >= numLayers)
  if (missing.length === 0) return
  throw new LabError(
    'invalid-config',
    `method.layers names layer ${missing.join(', ')}, but checkpoint "${checkpoint.name}" has ${numLayers} layers, 0 to ${numLayers - 1}.`,
    `Choose layers from 0 to ${numLayers - 1}, or "all".`,
  )
}

function checkStages({ method, training }: RunConfig): void {
  if (method.kind === 'auto-dropout' && method.search !== 'none' && method.crossTuning) {
    if (method.epochsPerCandidate === 1)
      throw new LabError(
        'invalid-config',
        'With method.crossTuning every training begins with an epoch of plain fine-tuning, so with method.epochsPerCandidate of 1 no candidate of the search would be trained with its pattern.',
        'Set method.epochsPerCandidate to 2 or more, or method.crossTuning to false.',
      )
  }
  const before = preparatoryEpochs(method)
  if (before < training.maxEpochs) return
  throw new LabError(
    'invalid-config',
    `The method's settings take ${before} epochs before its last training, but training.maxEpochs, which counts them, is ${training.maxEpochs}: no epoch is left for it.`,
    `Set training.maxEpochs to ${before + 1} or more, or let the method prepare for fewer than ${training.maxEpochs}.`,
  )
}

/** Why no number of examples of each class can be drawn; null where it can. */
const whyNotPerClass: Readonly<Record<TaskKind, string | null>> = {
  classification: null,
  regression: 'scores and no classes.',
  'token-classification': 'labels of words, and texts of no class.',
}

function checkLimits({ limits, task }: RunConfig): void {
  if (limits.perClass === null) return
  if (limits.trainExamples !== null)
    throw new LabError(
      'invalid-config',
      `limits.perClass is ${limits.perClass} and limits.trainExamples ${limits.trainExamples}; each says how many training examples are drawn.`,
      'Leave one of them out.',
    )
  const why = whyNotPerClass[tasks[task].kind]
  if (why !== null)
    throw new LabError(
      'invalid-config',
      `limits.perClass is ${limits.perClass}, but the task "${task}" has ${why}`,
      'Set limits.trainExamples instead.',
    )
}

function checkLength(config: RunConfig, checkpoint: CheckpointSummary): void {
  const longest = maxTokens(checkpoint.config)
  if (config.training.maxLength <= longest) return
  throw new LabError(
    'invalid-config',
    `training.maxLength is ${config.training.maxLength}, but checkpoint "${checkpoint.name}" has positions for ${longest} tokens.`,
    `Set training.maxLength to ${longest} or less.`,
  )
}

function checkTokenizer({ tokenizer, name, folder, warnings }: CheckpointSummary): void {
  if (tokenizer !== null) return
  const why = warnings.find((warning) => warning.includes('okenizer')) ?? 'The folder has no tokenizer.'
  throw new LabError(
    'tokenizer-missing',
    `Checkpoint "${name}" in ${folder} has no tokenizer that a run could use: ${why}`,
    'Put the model’s tokenizer.json beside its weights, and add the checkpoint again.',
  )
}

/**
 * Whether a run would start from the checkpoint's classifier, and why.
 *
 * @param config the run's settings
 * @param dataset the data set they name
 * @param checkpoint the checkpoint they name
 */
export function headDecision(
  config: RunConfig,
  dataset: DatasetSummary,
  checkpoint: CheckpointSummary,
): HeadDecision {
  const task = tasks[config.task]
  const labels = task.kind === 'regression' ? [scoreLabel] : dataset.labels
  return decideHead(checkpoint.head, { task: task.id, kind: task.kind, labels })
}

/**
 * Checks that a run can be carried out.
 *
 * @param config the run's settings
 * @param dataset the data set they name
 * @param checkpoint the checkpoint they name
 * @throws LabError `task-mismatch`, `dataset-split-missing`, `tokenizer-missing`, `invalid-config`; the first that applies
 */
export function checkRunFits(
  config: RunConfig,
  dataset: DatasetSummary,
  checkpoint: CheckpointSummary,
): void {
  checkTask(config, dataset)
  checkSplits(dataset)
  checkTokenizer(checkpoint)
  checkLayers(config, checkpoint)
  checkLength(config, checkpoint)
  checkStages(config)
  checkLimits(config)
}

/**
 * Optimizer steps of a run that does not stop early.
 *
 * @param config the run's settings
 * @param dataset the data set they name
 */
export function plannedSteps(config: RunConfig, dataset: DatasetSummary): number {
  return Math.ceil(trainingExamples(config, dataset) / config.training.batchSize) * config.training.maxEpochs
}

/**
 * Bytes that a run's folder will take at most: the best and the last checkpoint (weights and both moments of AdamW), and a
 * third while the next is being written.
 *
 * @param checkpoint what it starts from
 */
export function estimatedRunBytes(checkpoint: CheckpointSummary): number {
  const bytesPerValue = 4
  const valuesPerParameter = 3
  const numCheckpoints = 3
  return checkpoint.parameters * bytesPerValue * valuesPerParameter * numCheckpoints
}
