/** DistilBERT: Sanh et al. 2019, arXiv:1910.01108. */
import type { ModelFamily } from '../model-family.ts'

/** DistilBERT: no token types, no pooler, names of its own. */
export const distilbert: ModelFamily = {
  modelType: 'distilbert',
  classifierClass: 'DistilBertForSequenceClassification',
  tokenClassifierClass: 'DistilBertForTokenClassification',
  tokenDropout: 'hiddenDropoutProb',
  prefix: 'distilbert',
  tables: {
    word: 'distilbert.embeddings.word_embeddings',
    position: 'distilbert.embeddings.position_embeddings',
    'token-type': null,
  },
  embeddingNorm: 'distilbert.embeddings.LayerNorm',
  embeddingProjection: null,
  blocks: 'distilbert.transformer.layer',
  blockNames: {
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    'attention-output': 'attention.out_lin',
    'attention-norm': 'sa_layer_norm',
    'feed-forward-in': 'ffn.lin1',
    'feed-forward-out': 'ffn.lin2',
    'feed-forward-norm': 'output_layer_norm',
  },
  head: {
    dropsInput: false,
    dense: 'pre_classifier',
    densePart: 'head',
    activation: 'relu',
    classifier: 'classifier',
  },
}
