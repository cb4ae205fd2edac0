/** `config.json` of a Hugging Face folder, written. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import { bertFamily } from './model-family.ts'

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
 * Text of a `config.json` that `transformers` reads as BertForSequenceClassification.
 *
 * @param config the model
 * @param head its classifier
 */
export function configFileText(config: EncoderConfig, head: TrainedHead): string {
  const { labels, task } = head
  const file = {
    architectures: [bertFamily.headOwner],
    attention_probs_dropout_prob: config.attentionProbsDropoutProb,
    classifier_dropout: config.classifierDropout,
    ...(task === null ? {} : { finetuning_task: task, [ownKey]: { task } }),
    hidden_act: config.hiddenAct,
    hidden_dropout_prob: config.hiddenDropoutProb,
    hidden_size: config.hiddenSize,
    id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
    initializer_range: config.initializerRange,
    intermediate_size: config.intermediateSize,
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    layer_norm_eps: config.layerNormEps,
    max_position_embeddings: config.maxPositionEmbeddings,
    model_type: config.modelType,
    num_attention_heads: config.numAttentionHeads,
    num_hidden_layers: config.numHiddenLayers,
    pad_token_id: config.padTokenId,
    position_embedding_type: 'absolute',
    problem_type: labels.length === 1 ? 'regression' : 'single_label_classification',
    torch_dtype: 'float32',
    type_vocab_size: config.typeVocabSize,
    use_cache: true,
    vocab_size: config.vocabSize,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
