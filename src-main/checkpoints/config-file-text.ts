/** `config.json` of a Hugging Face folder, written. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { embeddingWidth } from '@main/ml/models/model-weights.ts'
import { keysOf } from './config-keys.ts'
import { readHead } from './model-family.ts'

/** The key under which this program notes what it trained; other programs keep it and do not read it. */
export const ownKey = 'ad_drop_lab'

/** The classifier that a configuration describes. */
export interface TrainedHead {
  /** Label names in index order; exactly one means regression. */
  readonly labels: readonly string[]
  /** What it was trained for; null where there is no classifier. */
  readonly task: TaskId | null
}

/**
 * Text of a `config.json` that `transformers` reads as a classifier of the model's family, of texts or of words.
 *
 * @param config the model
 * @param head its classifier
 */
export function configFileText(config: EncoderConfig, head: TrainedHead): string {
  const { labels, task } = head
  const kind = task === null ? 'classification' : tasks[task].kind
  const file = {
    architectures: [readHead({ modelType: config.modelType, taskKind: kind }).owner],
    ...(task === null ? {} : { finetuning_task: task, [ownKey]: { task } }),
    id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    model_type: config.modelType,
    position_embedding_type: 'absolute',
    ...(kind === 'token-classification'
      ? {}
      : { problem_type: labels.length === 1 ? 'regression' : 'single_label_classification' }),
    torch_dtype: 'float32',
    use_cache: true,
    ...keysOf(config),
    // ELECTRA's default is 128, whatever the hidden size.
    ...(config.modelType === 'electra' ? { embedding_size: embeddingWidth(config) } : {}),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
