/** The JSON files of a tokenizer as Hugging Face writes them: schemas, and one place that reads them. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'

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

/** Ids beyond are no vocabulary's; an array of tokens by id would not hold them. */
export const tokenId = z.number().int().nonnegative().max(10_000_000)

const specialTokenNames = {
  unk_token: tokenName,
  pad_token: tokenName,
  cls_token: tokenName,
  sep_token: tokenName,
  mask_token: tokenName,
}

const tokenizerConfigSchema = z.object({
  ...specialTokenNames,
  add_prefix_space: z.boolean().nullish(),
  tokenizer_class: z.string().nullish(),
  word_tokenizer_type: z.string().nullish(),
  subword_tokenizer_type: z.string().nullish(),
  do_basic_tokenize: z.boolean().nullish(),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  added_tokens_decoder: z.record(z.string(), z.object(addedTokenFields)).default({}),
})

const tokenizerJsonSchema = z.object({
  added_tokens: z.array(z.object({ ...addedTokenFields, id: tokenId })).default([]),
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
    vocab: z.record(z.string(), tokenId),
  }),
})

const byteLevel = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.boolean().default(true),
  use_regex: z.literal(true, 'only GPT-2’s rule of words is read').default(true),
})

const byteLevelJsonSchema = z.object({
  added_tokens: z.array(z.object({ ...addedTokenFields, id: tokenId })).default([]),
  normalizer: z.null('a normalizer is not read').optional(),
  pre_tokenizer: byteLevel,
  post_processor: z.object({ type: z.enum(['RobertaProcessing', 'TemplateProcessing']) }).nullish(),
  model: z.object({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), tokenId),
    merges: z.array(
      z.union([
        z.tuple([z.string(), z.string()]),
        z.string().transform((line, context) => mergeOf(line, context)),
      ]),
    ),
  }),
})

/** Two pieces with a space between them. */
function mergeOf(line: string, context: z.RefinementCtx): [string, string] {
  const [left, right, ...others] = line.split(' ')
  if (left !== undefined && right !== undefined && others.length === 0) return [left, right]
  context.addIssue({ code: 'custom', message: `“${line.slice(0, 40)}” is no pair of pieces` })
  return z.NEVER
}

/** What tokenizer.json of a byte-level tokenizer says. */
export type ByteLevelJson = z.infer<typeof byteLevelJsonSchema>

/** What tokenizer_config.json says, special tokens from special_tokens_map.json included. */
export type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>
/** What tokenizer.json says. */
export type TokenizerJson = z.infer<typeof tokenizerJsonSchema>

/**
 * Reads tokenizer_config.json; special tokens that it does not name come from special_tokens_map.json.
 *
 * @param configText tokenizer_config.json
 * @param mapText special_tokens_map.json
 * @failure tokenizer-missing
 */
export function parseTokenizerConfig(configText: string, mapText: string): TokenizerConfig {
  const config = parseJson('tokenizer_config.json', configText, tokenizerConfigSchema)
  const map = parseJson('special_tokens_map.json', mapText, z.object(specialTokenNames))
  return {
    ...config,
    unk_token: config.unk_token ?? map.unk_token,
    pad_token: config.pad_token ?? map.pad_token,
    cls_token: config.cls_token ?? map.cls_token,
    sep_token: config.sep_token ?? map.sep_token,
    mask_token: config.mask_token ?? map.mask_token,
  }
}

/**
 * Reads added_tokens.json: token → id.
 *
 * @param text the file's content
 * @failure tokenizer-missing
 */
export function parseAddedTokens(text: string): Readonly<Record<string, number>> {
  return parseJson('added_tokens.json', text, z.record(z.string(), tokenId))
}

/**
 * Reads tokenizer.json.
 *
 * @param text the file's content
 * @failure tokenizer-missing
 */
export function parseTokenizerJson(text: string): TokenizerJson {
  return parseJson('tokenizer.json', text, tokenizerJsonSchema)
}

/**
 * Reads tokenizer.json of a byte-level tokenizer.
 *
 * @param text the file's content
 * @failure tokenizer-missing
 */
export function parseByteLevelJson(text: string): ByteLevelJson {
  return parseJson('tokenizer.json', text, byteLevelJsonSchema)
}

/**
 * Reads the older pair of files: vocab.json, and merges.txt with a pair of pieces on every line behind the first.
 *
 * @param vocabText vocab.json
 * @param mergesText merges.txt
 * @failure tokenizer-missing
 */
export function parseByteLevelFiles(vocabText: string, mergesText: string): ByteLevelJson['model'] {
  const lines = mergesText.split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#version'))
  return {
    type: 'BPE',
    vocab: parseJson('vocab.json', vocabText, z.record(z.string(), tokenId)),
    merges: parseJson('merges.txt', JSON.stringify(lines), byteLevelJsonSchema.shape.model.shape.merges),
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
    `${file} does not describe a tokenizer that is read here${where}: ${first?.message ?? 'unreadable'}.`,
    'Read are BERT’s WordPiece and GPT-2’s byte-level BPE; remove the file if vocab.txt, or vocab.json with merges.txt, lies beside it.',
  )
}
