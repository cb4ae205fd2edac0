/** The files from which a checkpoint's tokenizer is made. */
import { z } from 'zod'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'

/** Contents of the tokenizer files that a checkpoint brings. */
export interface TokenizerFiles {
  /** vocab.txt: one token a line. */
  readonly vocabText?: string
  readonly tokenizerJson?: string
  readonly tokenizerConfig?: string
}

const tokenizerFile = z.object({ model: z.object({ type: z.string().nullish() }) })

/**
 * Kind of tokenizer that the files describe; null when runs could not use any.
 *
 * @param files what the checkpoint brings
 */
export function tokenizerKind(files: TokenizerFiles): {
  readonly kind: CheckpointSummary['tokenizer']
  readonly warnings: readonly string[]
} {
  if (files.vocabText !== undefined) return { kind: 'wordpiece', warnings: [] }
  if (files.tokenizerJson === undefined) {
    return {
      kind: null,
      warnings: ['The folder has no tokenizer: a run needs vocab.txt or tokenizer.json beside the weights.'],
    }
  }
  const type = modelType(files.tokenizerJson)
  if (type === 'WordPiece') return { kind: 'wordpiece', warnings: [] }
  return {
    kind: null,
    warnings: [
      `tokenizer.json describes ${type === null ? 'no known' : `a ${type}`} tokenizer; a run needs WordPiece.`,
    ],
  }
}

function modelType(text: string): string | null {
  try {
    return tokenizerFile.parse(JSON.parse(text)).model.type ?? null
  } catch {
    return null
  }
}
