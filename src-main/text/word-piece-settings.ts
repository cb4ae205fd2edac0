/** Reads everything a WordPiece tokenizer needs from the files that lie beside a checkpoint. */
import { LabError } from '@shared/failures/failure.ts'
import type { AddedToken } from './added-tokens.ts'
import type { BertNormalizerSettings } from './bert-normalizer.ts'
import { checkTokenizerClass } from './foreign-tokenizer.ts'
import {
  parseAddedTokens,
  parseTokenizerConfig,
  parseTokenizerJson,
  tokenId,
  type TokenizerConfig,
  type TokenizerJson,
} from './tokenizer-documents.ts'
import { readVocabularyLines } from './vocabulary-lines.ts'
import { disagreementRemarks, neverMatchingRemarks } from './vocabulary-remarks.ts'

/** Contents of a checkpoint's tokenizer files; `tokenizer.json`, `vocab.txt`, or `vocab.json` with `merges.txt` must be there. */
export interface TokenizerFiles {
  /** `vocab.txt`: one token a line, its id the line's number from 0. */
  readonly vocabText?: string | undefined
  readonly tokenizerJson?: string | undefined
  /** `vocab.json`: piece → id, of a byte-level tokenizer. */
  readonly vocabJson?: string | undefined
  /** `merges.txt`. */
  readonly mergesText?: string | undefined
  /** `tokenizer_config.json`. */
  readonly tokenizerConfig?: string | undefined
  /** `special_tokens_map.json`. */
  readonly specialTokensMap?: string | undefined
  /** `added_tokens.json`: token → id, beside vocab.txt in older folders. */
  readonly addedTokensJson?: string | undefined
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
  /** Highest id plus one. */
  readonly vocabSize: number
  /** What a person should know: pieces that can never match, files that disagree; one sentence each. */
  readonly warnings: readonly string[]
}

/** BERT's own habits, uncased. */
const bertNormalizer: BertNormalizerSettings = {
  cleanText: true,
  tokenizeChineseChars: true,
  stripAccents: null,
  doLowerCase: true,
}

/**
 * Settings from `tokenizer.json` where there is one, else from `vocab.txt`. As in Hugging Face's library, a BERT tokenizer's
 * lower case, accents and Chinese characters are what `tokenizer_config.json` says, or BERT's own habits where it says
 * nothing, whatever `tokenizer.json` has; only the class PreTrainedTokenizerFast takes `tokenizer.json` as it is.
 *
 * @param files contents of the files
 * @failure tokenizer-missing when neither file is there, one cannot be read, or the tokenizer is of another kind
 */
export function readWordPieceSettings(files: TokenizerFiles): WordPieceSettings {
  const config = parseTokenizerConfig(files.tokenizerConfig ?? '{}', files.specialTokensMap ?? '{}')
  if (files.tokenizerJson !== undefined) {
    const json = parseTokenizerJson(files.tokenizerJson)
    const settings = fromTokenizerJson(json, config)
    if (files.vocabText === undefined) return settings
    const { tokens } = readVocabularyLines(files.vocabText)
    return { ...settings, warnings: [...settings.warnings, ...disagreementRemarks(json.model.vocab, tokens)] }
  }
  if (files.vocabText !== undefined) return fromVocabText(files.vocabText, config, files.addedTokensJson)
  throw new LabError(
    'tokenizer-missing',
    'The checkpoint has no tokenizer: neither vocab.txt nor tokenizer.json was found.',
    'Put vocab.txt of the model beside its weights.',
  )
}

function fromTokenizerJson(json: TokenizerJson, config: TokenizerConfig): WordPieceSettings {
  const idOfToken = new Map(Object.entries(json.model.vocab))
  // A token that the vocabulary has keeps the vocabulary's id.
  const addedTokens = json.added_tokens.map((token) =>
    addedToken(token, idOfToken.get(token.content) ?? token.id),
  )
  const moved = json.added_tokens.filter(({ content, id }) => (idOfToken.get(content) ?? id) !== id)
  for (const token of addedTokens) idOfToken.set(token.content, token.id)
  const given =
    json.normalizer == null
      ? null
      : {
          cleanText: json.normalizer.clean_text,
          tokenizeChineseChars: json.normalizer.handle_chinese_chars,
          stripAccents: json.normalizer.strip_accents,
          doLowerCase: json.normalizer.lowercase,
        }
  const isTakenAsItIs = asItIs.has(config.tokenizer_class ?? '')
  const normalizer =
    given === null || isTakenAsItIs
      ? given
      : overridden(config, { ...bertNormalizer, cleanText: given.cleanText })
  return finished({
    idOfToken,
    continuingPrefix: json.model.continuing_subword_prefix,
    maxCharactersPerWord: json.model.max_input_chars_per_word,
    normalizer,
    addedTokens,
    specialTokenIds: specialTokenIds(idOfToken, config, json.model.unk_token, 'tokenizer.json'),
    warnings: [
      ...moved.map(
        ({ content, id }) =>
          `tokenizer.json gives the added token “${content}” the id ${id}, its vocabulary ${json.model.vocab[content]}; the vocabulary’s counts.`,
      ),
      ...(given === null || normalizer === null ? [] : overrideRemarks(given, normalizer, config)),
    ],
  })
}

/** Classes for which Hugging Face's library takes tokenizer.json as it is. */
const asItIs: ReadonlySet<string> = new Set(['PreTrainedTokenizerFast', 'TokenizersBackend'])

/** Says where tokenizer.json is not followed. */
function overrideRemarks(
  given: BertNormalizerSettings,
  followed: BertNormalizerSettings,
  config: TokenizerConfig,
): string[] {
  const accents = (settings: BertNormalizerSettings): boolean => settings.stripAccents ?? settings.doLowerCase
  // Where neither file names accents, they follow the lower case, of which it has been said.
  const areAccentsNamed = given.stripAccents !== null || followed.stripAccents !== null
  const switches = [
    ['lower-casing', given.doLowerCase, followed.doLowerCase, config.do_lower_case],
    ...(areAccentsNamed
      ? [['the stripping of accents', accents(given), accents(followed), config.strip_accents] as const]
      : []),
    [
      'the splitting of Chinese characters',
      given.tokenizeChineseChars,
      followed.tokenizeChineseChars,
      config.tokenize_chinese_chars,
    ],
  ] as const
  const onOff = (isOn: boolean): string => (isOn ? 'on' : 'off')
  return switches.flatMap(([what, inJson, used, inConfig]) => {
    if (inJson === used) return []
    const other =
      inConfig == null
        ? `tokenizer_config.json does not say, and a BERT tokenizer has it ${onOff(used)} then`
        : `tokenizer_config.json ${onOff(used)}`
    return [
      `tokenizer.json has ${what} ${onOff(inJson)}, ${other}: ${onOff(used)} counts, as in Hugging Face’s library.`,
    ]
  })
}

function fromVocabText(
  vocabText: string,
  config: TokenizerConfig,
  addedTokensJson: string | undefined,
): WordPieceSettings {
  const classWarnings = checkTokenizerClass(config)
  const { tokens, warnings } = readVocabularyLines(vocabText)
  const idOfToken = new Map(tokens.map((token, index) => [token, index]))
  const described = Object.entries(config.added_tokens_decoder).map(([id, token]) =>
    addedToken(token, tokenId.catch(0).parse(Number(id))),
  )
  // As in Hugging Face's library: the older file counts where the newer description is missing.
  const addedTokens =
    described.length > 0 || addedTokensJson === undefined
      ? described
      : addedTokensOf(parseAddedTokens(addedTokensJson), config)
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
  return finished({
    idOfToken,
    continuingPrefix: '##',
    maxCharactersPerWord: 100,
    normalizer: overridden(config, bertNormalizer),
    addedTokens,
    specialTokenIds: specialTokenIds(idOfToken, config, '[UNK]', 'vocab.txt'),
    warnings: [...classWarnings, ...warnings],
  })
}

/** Tokens that are not special ones are looked for in the normalized text. */
function addedTokensOf(idOf: Readonly<Record<string, number>>, config: TokenizerConfig): AddedToken[] {
  const special = specialTokens.map(([kind, usual]) => config[kind] ?? usual)
  return Object.entries(idOf).map(([content, id]) => {
    const normalized = !special.includes(content)
    return addedToken({ content, lstrip: false, rstrip: false, single_word: false, normalized }, id)
  })
}

/** More would make a pattern that no engine compiles. */
const mostAddedTokens = 50_000

function finished(settings: Omit<WordPieceSettings, 'vocabSize'>): WordPieceSettings {
  const { idOfToken, addedTokens, normalizer } = settings
  if (addedTokens.length > mostAddedTokens)
    throw new LabError(
      'tokenizer-missing',
      `The tokenizer has ${addedTokens.length.toLocaleString('en-US')} added tokens; at most ${mostAddedTokens.toLocaleString('en-US')} are read.`,
      'Put the added tokens into the vocabulary itself.',
    )
  let vocabSize = 0
  const tokenOf = new Map<number, string>()
  const shared: string[] = []
  for (const [token, id] of idOfToken) {
    vocabSize = Math.max(vocabSize, id + 1)
    const other = tokenOf.get(id)
    if (other !== undefined) shared.push(`“${other}” and “${token}” (${id})`)
    tokenOf.set(id, token)
  }
  const sharedText =
    shared.length === 0
      ? []
      : [`${shared.length} ids of the vocabulary stand for two pieces: ${shared.slice(0, 3).join(', ')}.`]
  const special = new Set(addedTokens.map(({ content }) => content))
  return {
    ...settings,
    vocabSize,
    warnings: [
      ...settings.warnings,
      ...sharedText,
      ...neverMatchingRemarks(idOfToken.keys(), special, normalizer, settings.continuingPrefix),
    ],
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
