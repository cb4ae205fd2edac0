/** RoBERTa: Liu et al. 2019, arXiv:1907.11692. */
import type { ModelFamily } from '../model-family.ts'
import { postNormNames } from './post-norm-names.ts'

/** RoBERTa: positions count from behind the padding id, one token type, no pooler. */
export const roberta: ModelFamily = {
  modelType: 'roberta',
  classifierClass: 'RobertaForSequenceClassification',
  tokenClassifierClass: 'RobertaForTokenClassification',
  tokenDropout: 'classifierDropout',
  ...postNormNames('roberta'),
  embeddingProjection: null,
  head: {
    dropsInput: true,
    dense: 'classifier.dense',
    densePart: 'head',
    activation: 'tanh',
    classifier: 'classifier.out_proj',
  },
}
