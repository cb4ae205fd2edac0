/** ELECTRA's discriminator: Clark et al. 2020, arXiv:2003.10555. */
import type { ModelFamily } from '../model-family.ts'
import { postNormNames } from './post-norm-names.ts'

/** ELECTRA: embeddings may be narrower than the blocks; its head's activation is GELU where RoBERTa's is tanh. */
export const electra: ModelFamily = {
  modelType: 'electra',
  classifierClass: 'ElectraForSequenceClassification',
  tokenClassifierClass: 'ElectraForTokenClassification',
  tokenDropout: 'classifierDropout',
  ...postNormNames('electra'),
  embeddingProjection: 'electra.embeddings_project',
  head: {
    dropsInput: true,
    dense: 'classifier.dense',
    densePart: 'head',
    activation: 'gelu',
    classifier: 'classifier.out_proj',
  },
}
