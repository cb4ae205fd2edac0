/** From configuration and weights to the classifier that a checkpoint brings. */
import type { CheckpointHead, SequenceHead } from '@shared/results/checkpoint-head.ts'
import type { CheckpointConfig } from './encoder-config-file.ts'
import { readHead } from './model-family.ts'
import type { WeightMatch } from './weight-check.ts'

/**
 * The classifier of a checkpoint, by what its files say of it.
 *
 * @param checkpoint its configuration
 * @param match its weights
 */
export function headOf(checkpoint: CheckpointConfig, match: WeightMatch): CheckpointHead {
  const outputs = match.headOutputs
  if (outputs === null) return { kind: 'none' }
  const { owner, layers } = readHead({
    modelType: checkpoint.config.modelType,
    taskKind: checkpoint.headKind,
  })
  if (checkpoint.architecture !== owner) return { kind: 'foreign', owner: checkpoint.architecture }
  // A weight without its bias is initialised whole.
  if (!match.used.has(`${layers.at(-1)}.weight`)) return { kind: 'none' }
  const { labels, problem } = checkpoint.labels
  const fits = labels !== null && labels.length === outputs
  return {
    kind: kindOf(checkpoint, outputs),
    outputs,
    labels: fits ? labels : null,
    labelsProblem: fits
      ? null
      : (problem ??
        `config.json names ${labels?.length ?? 0} labels, the classifier has ${outputs} outputs.`),
    trainedFor: checkpoint.trainedFor,
    isOwn: checkpoint.isOwn,
  }
}

/** One output is a score; more are labels unless the file says that several may apply. */
function kindOf({ headKind, problemType }: CheckpointConfig, outputs: number): SequenceHead['kind'] {
  if (headKind === 'token-classification') return headKind
  if (problemType === 'multi_label_classification') return 'multi-label'
  return outputs === 1 || problemType === 'regression' ? 'regression' : 'classification'
}
