/** BERT: Devlin et al. 2018, arXiv:1810.04805. MiniLM's published encoders are BERT too. */
import type { ModelFamily } from '../model-family.ts'
import { postNormNames } from './post-norm-names.ts'

/** BERT with its pooler, which the next-sentence task pre-trains. */
export const bert: ModelFamily = {
  modelType: 'bert',
  classifierClass: 'BertForSequenceClassification',
  tokenClassifierClass: 'BertForTokenClassification',
  tokenDropout: 'classifierDropout',
  ...postNormNames('bert'),
  embeddingProjection: null,
  head: {
    dropsInput: false,
    dense: 'bert.pooler.dense',
    densePart: 'pooler',
    activation: 'tanh',
    classifier: 'classifier',
  },
}
