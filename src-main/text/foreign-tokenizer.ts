/** Tokenizers that keep their pieces in vocab.txt too, but split texts in another way than BERT's WordPiece. */
import { LabError } from '@shared/failures/failure.ts'
import type { TokenizerConfig } from './tokenizer-documents.ts'

/** Classes whose vocab.txt is read as BERT's. */
const bertLike: ReadonlySet<string> = new Set([
  'BasicTokenizer',
  'BertTokenizer',
  'ConvBertTokenizer',
  'DistilBertTokenizer',
  'ElectraTokenizer',
  'FunnelTokenizer',
  'LayoutLMTokenizer',
  'LxmertTokenizer',
  'MPNetTokenizer',
  'MobileBertTokenizer',
  'PreTrainedTokenizer',
  'RetriBertTokenizer',
  'SplinterTokenizer',
  'TokenizersBackend',
])
/** Classes that certainly split otherwise, and by what. */
const others: ReadonlyMap<string, string> = new Map([
  ['BertJapaneseTokenizer', 'a dictionary of Japanese words'],
  ['BertweetTokenizer', 'byte pairs after rules for tweets'],
  ['PhobertTokenizer', 'byte pairs of Vietnamese words'],
  ['HerbertTokenizer', 'byte pairs of Polish'],
  ['RoFormerTokenizer', 'a dictionary of Chinese words'],
  ['AlbertTokenizer', 'SentencePiece'],
  ['BertGenerationTokenizer', 'SentencePiece'],
  ['CamembertTokenizer', 'SentencePiece'],
  ['DebertaV2Tokenizer', 'SentencePiece'],
  ['T5Tokenizer', 'SentencePiece'],
  ['XLMRobertaTokenizer', 'SentencePiece'],
  ['XLNetTokenizer', 'SentencePiece'],
])

/**
 * Refuses a vocab.txt that belongs to a tokenizer which splits otherwise: its pieces would be found, but not the same.
 *
 * @param config what tokenizer_config.json says
 * @returns a warning where the class is not known
 * @failure tokenizer-missing
 */
export function checkTokenizerClass(config: TokenizerConfig): readonly string[] {
  const name = (config.tokenizer_class ?? 'BertTokenizer').replace(/Fast$/, '')
  const splitBy = others.get(name)
  // The Japanese one may be told to do what BERT does.
  const isPlain =
    config.word_tokenizer_type === 'basic' && (config.subword_tokenizer_type ?? 'wordpiece') === 'wordpiece'
  if (splitBy !== undefined && !isPlain)
    throw new LabError(
      'tokenizer-missing',
      `tokenizer_config.json names the tokenizer ${name}, which splits texts by ${splitBy}; read are WordPiece and byte-level BPE.`,
      'Choose a checkpoint of one of these families, for example bert-base-uncased or roberta-base.',
    )
  const warnings: string[] = []
  if (!bertLike.has(name) && splitBy === undefined)
    warnings.push(
      `tokenizer_config.json names the tokenizer ${name.slice(0, 60)}, which is not known here; vocab.txt is read as BERT’s.`,
    )
  if (config.do_basic_tokenize === false)
    warnings.push(
      'tokenizer_config.json switches the splitting at punctuation off (do_basic_tokenize); it is done all the same.',
    )
  return warnings
}
