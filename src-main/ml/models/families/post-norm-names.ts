/** Names that BERT, RoBERTa and ELECTRA share. */
import type { ModelFamily } from '../model-family.ts'

/**
 * Tables, norms and blocks under a prefix.
 *
 * @param prefix first part of the names
 */
export function postNormNames(
  prefix: string,
): Pick<ModelFamily, 'prefix' | 'tables' | 'embeddingNorm' | 'blocks' | 'blockNames'> {
  return {
    prefix,
    tables: {
      word: `${prefix}.embeddings.word_embeddings`,
      position: `${prefix}.embeddings.position_embeddings`,
      'token-type': `${prefix}.embeddings.token_type_embeddings`,
    },
    embeddingNorm: `${prefix}.embeddings.LayerNorm`,
    blocks: `${prefix}.encoder.layer`,
    blockNames: {
      query: 'attention.self.query',
      key: 'attention.self.key',
      value: 'attention.self.value',
      'attention-output': 'attention.output.dense',
      'attention-norm': 'attention.output.LayerNorm',
      'feed-forward-in': 'intermediate.dense',
      'feed-forward-out': 'output.dense',
      'feed-forward-norm': 'output.LayerNorm',
    },
  }
}
