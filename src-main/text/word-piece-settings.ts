/** Reads everything a WordPiece tokenizer needs from the files that lie beside a checkpoint. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import type { AddedToken } from './added-tokens.ts'
import type { BertNormalizerSettings } from './bert-normalizer.ts'

/** Contents of a checkpoint's tokenizer files; `vocab.txt` or `tokenizer.json` must be there. */
export interface TokenizerFiles {
  /** `vocab.txt`: one token a line, its id the line's number from 0. */
  readonly vocabText?: string | undefined
  readonly tokenizerJson?: string | undefined
  /** `tokenizer_config.json`. */
  readonly tokenizerConfig?: string | undefined
}

/** A WordPiece tokenizer's vocabulary, switches and special tokens. */
export interface WordPieceSettings {
  readonly idOfToken: ReadonlyMap<string, number>
  readonly continuingPrefix: string
  readonly maxCharactersPerWord: number
  /** null: the text is taken as it is. */
  readonly normalizer: BertNormalizerSettings | null
  readonly addedTokens: readonly AddedToken[]
  readonly specialTokenIds: {
    readonly pad: number
    readonly unknown: number
    readonly classification: number
    readonly separator: number
  }
}

const addedTokenFields = {
  content: z.string(),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  single_word: z.boolean().default(false),
  normalized: z.boolean().default(false),
}
const tokenName = z
  .union([z.string(), z.object({ content: z.string() }).transform((token) => token.content)])
  .nullish()

const tokenizerConfigSchema = z.object({
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  unk_token: tokenName,
  pad_token: tokenName,
  cls_token: tokenName,
  sep_token: tokenName,
  mask_token: tokenName,
  added_tokens_decoder: z.record(z.string(), z.object(addedTokenFields)).default({}),
})

const tokenizerJsonSchema = z.object({
  added_tokens: z.array(z.object({ ...addedTokenFields, id: z.number().int() })).default([]),
  normalizer: z
    .object({
      type: z.literal('BertNormalizer'),
      clean_text: z.boolean().default(true),
      handle_chinese_chars: z.boolean().default(true),
      strip_accents: z.boolean().nullable().default(null),
      lowercase: z.boolean().default(true),
    })
    .nullish(),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  post_processor: z.object({ type: z.enum(['TemplateProcessing', 'BertProcessing']) }).nullish(),
  model: z.object({
    type: z.literal('WordPiece').default('WordPiece'),
    unk_token: z.string().default('[UNK]'),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.number().int().positive().default(100),
    vocab: z.record(z.string(), z.number().int().nonnegative()),
  }),
})

type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>
type TokenizerJson = z.infer<typeof tokenizerJsonSchema>

/** What `vocab.txt` alone implies: BERT's own, uncased. */
const defaultNormalizer: BertNormalizerSettings = {
  cleanText: true,
  tokenizeChineseChars: true,
  stripAccents: null,
  doLowerCase: true,
}

/**
 * Settings from `tokenizer.json` where there is one, else from `vocab.txt`. What `tokenizer_config.json` says about
 * lower case, accents and Chinese characters overrides `tokenizer.json`, as it does in Hugging Face's library.
 *
 * @param files contents of the files
 * @failure tokenizer-missing when neither file is there, one cannot be read, or the tokenizer is of another kind
 */
export function readWordPieceSettings(files: TokenizerFiles): WordPieceSettings {
  const config = parseJson('tokenizer_config.json', files.tokenizerConfig ?? '{}', tokenizerConfigSchema)
  if (files.tokenizerJson !== undefined) {
    return fromTokenizerJson(parseJson('tokenizer.json', files.tokenizerJson, tokenizerJsonSchema), config)
  }
  if (files.vocabText !== undefined) return fromVocabText(files.vocabText, config)
  throw new LabError(
    'tokenizer-missing',
    'The checkpoint has no tokenizer: neither vocab.txt nor tokenizer.json was found.',
    'Put vocab.txt of the model beside its weights.',
  )
}

function fromTokenizerJson(json: TokenizerJson, config: TokenizerConfig): WordPieceSettings {
  const idOfToken = new Map(Object.entries(json.model.vocab))
  const addedTokens = json.added_tokens.map((token) => addedToken(token, token.id))
  for (const token of addedTokens) idOfToken.set(token.content, token.id)
  const given = json.normalizer
  return {
    idOfToken,
    continuingPrefix: json.model.continuing_subword_prefix,
    maxCharactersPerWord: json.model.max_input_chars_per_word,
    normalizer:
      given == null
        ? null
        : overridden(config, {
            cleanText: given.clean_text,
            tokenizeChineseChars: given.handle_chinese_chars,
            stripAccents: given.strip_accents,
            doLowerCase: given.lowercase,
          }),
    addedTokens,
    specialTokenIds: specialTokenIds(idOfToken, config, json.model.unk_token, 'tokenizer.json'),
  }
}

function fromVocabText(vocabText: string, config: TokenizerConfig): WordPieceSettings {
  const lines = vocabText.replace(/^\uFEFF/, '').split('\n')
  if (lines.at(-1) === '') lines.pop()
  const idOfToken = new Map(lines.map((line, index) => [line.replace(/\r$/, ''), index]))
  const addedTokens = Object.entries(config.added_tokens_decoder).map(([id, token]) =>
    addedToken(token, Number(id)),
  )
  for (const token of addedTokens) idOfToken.set(token.content, token.id)
  const listed = new Set(addedTokens.map((token) => token.content))
  for (const [kind, usual] of specialTokens) {
    const content = config[kind] ?? usual
    const id = idOfToken.get(content)
    if (id === undefined || listed.has(content)) continue
    addedTokens.push(
      addedToken({ content, lstrip: false, rstrip: false, single_word: false, normalized: false }, id),
    )
  }
  return {
    idOfToken,
    continuingPrefix: '##',
    maxCharactersPerWord: 100,
    normalizer: overridden(config, defaultNormalizer),
    addedTokens,
    specialTokenIds: specialTokenIds(idOfToken, config, '[UNK]', 'vocab.txt'),
  }
}

const specialTokens = [
  ['unk_token', '[UNK]'],
  ['pad_token', '[PAD]'],
  ['cls_token', '[CLS]'],
  ['sep_token', '[SEP]'],
  ['mask_token', '[MASK]'],
] as const

function overridden(config: TokenizerConfig, settings: BertNormalizerSettings): BertNormalizerSettings {
  return {
    cleanText: settings.cleanText,
    tokenizeChineseChars: config.tokenize_chinese_chars ?? settings.tokenizeChineseChars,
    stripAccents: config.strip_accents ?? settings.stripAccents,
    doLowerCase: config.do_lower_case ?? settings.doLowerCase,
  }
}

function addedToken(fields: Omit<TokenizerJson['added_tokens'][number], 'id'>, id: number): AddedToken {
  return {
    content: fields.content,
    id,
    lstrip: fields.lstrip,
    rstrip: fields.rstrip,
    singleWord: fields.single_word,
    normalized: fields.normalized,
  }
}

function specialTokenIds(
  idOfToken: ReadonlyMap<string, number>,
  config: TokenizerConfig,
  unknownToken: string,
  file: string,
): WordPieceSettings['specialTokenIds'] {
  const idOf = (token: string): number => {
    const id = idOfToken.get(token)
    if (id !== undefined) return id
    throw new LabError(
      'tokenizer-missing',
      `${file} has ${idOfToken.size} tokens but not the special token "${token}", which BERT inputs need.`,
      `Take ${file} from the model these weights belong to.`,
    )
  }
  return {
    pad: idOf(config.pad_token ?? '[PAD]'),
    unknown: idOf(config.unk_token ?? unknownToken),
    classification: idOf(config.cls_token ?? '[CLS]'),
    separator: idOf(config.sep_token ?? '[SEP]'),
  }
}

function parseJson<Output>(file: string, text: string, schema: z.ZodType<Output>): Output {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new LabError(
      'tokenizer-missing',
      `${file} is not valid JSON, so there is no tokenizer for this checkpoint.`,
      `Copy ${file} again from the model these weights belong to.`,
      { cause },
    )
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  const where = first === undefined || first.path.length === 0 ? '' : ` at ${first.path.join('.')}`
  throw new LabError(
    'tokenizer-missing',
    `${file} does not describe a BERT WordPiece tokenizer${where}: ${first?.message ?? 'unreadable'}.`,
    'Only WordPiece tokenizers of the BERT family are supported; remove the file if vocab.txt lies beside it.',
  )
}
