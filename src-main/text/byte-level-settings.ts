/** Reads everything a byte-level tokenizer needs from the files that lie beside a checkpoint. */
import { LabError } from '@shared/failures/failure.ts'
import type { AddedToken } from './added-tokens.ts'
import type { ByteLevelSettings } from './byte-level-tokenizer.ts'
import {
  parseByteLevelFiles,
  parseByteLevelJson,
  parseTokenizerConfig,
  type ByteLevelJson,
  type TokenizerConfig,
} from './tokenizer-documents.ts'
import type { TokenizerFiles } from './word-piece-settings.ts'

/** RoBERTa's special tokens; the mask takes the spaces on its left. */
const specialTokens = [
  ['cls_token', '<s>'],
  ['pad_token', '<pad>'],
  ['sep_token', '</s>'],
  ['unk_token', '<unk>'],
  ['mask_token', '<mask>'],
] as const

/**
 * Settings from `tokenizer.json` where there is one, else from `vocab.json` and `merges.txt`.
 *
 * @param files contents of the files
 * @failure tokenizer-missing when they are not there, cannot be read, or lack a special token
 */
export function readByteLevelSettings(files: TokenizerFiles): ByteLevelSettings {
  const config = parseTokenizerConfig(files.tokenizerConfig ?? '{}', files.specialTokensMap ?? '{}')
  if (files.tokenizerJson !== undefined) {
    const { model, added_tokens, pre_tokenizer } = parseByteLevelJson(files.tokenizerJson)
    const addedTokens = added_tokens.map((token) => addedToken(token, model.vocab[token.content] ?? token.id))
    return settings(model, addedTokens, config.add_prefix_space ?? pre_tokenizer.add_prefix_space, config)
  }
  if (files.vocabJson === undefined || files.mergesText === undefined)
    throw new LabError(
      'tokenizer-missing',
      `The checkpoint has ${files.vocabJson === undefined ? 'no vocab.json' : 'vocab.json but no merges.txt'}.`,
      'Put tokenizer.json of the model, or vocab.json and merges.txt, beside its weights.',
    )
  const model = parseByteLevelFiles(files.vocabJson, files.mergesText)
  const addedTokens = specialTokens.flatMap(([kind, usual]) => {
    const content = config[kind] ?? usual
    const id = model.vocab[content]
    const flags = { lstrip: kind === 'mask_token', rstrip: false, single_word: false, normalized: false }
    return id === undefined ? [] : [addedToken({ content, ...flags }, id)]
  })
  return settings(model, addedTokens, config.add_prefix_space ?? false, config)
}

function settings(
  { vocab, merges }: ByteLevelJson['model'],
  addedTokens: readonly AddedToken[],
  addPrefixSpace: boolean,
  config: TokenizerConfig,
): ByteLevelSettings {
  const idOfToken = new Map(Object.entries(vocab))
  for (const { content, id } of addedTokens) idOfToken.set(content, id)
  const idOf = (content: string): number => {
    const id = idOfToken.get(content)
    if (id !== undefined) return id
    throw new LabError(
      'tokenizer-missing',
      `The tokenizer has ${idOfToken.size} tokens but not the special token "${content}", which RoBERTa inputs need.`,
      'Take the tokenizer’s files from the model these weights belong to.',
    )
  }
  return {
    idOfToken,
    merges,
    addPrefixSpace,
    addedTokens,
    specialTokenIds: {
      pad: idOf(config.pad_token ?? '<pad>'),
      classification: idOf(config.cls_token ?? '<s>'),
      separator: idOf(config.sep_token ?? '</s>'),
    },
    vocabSize: [...idOfToken.values()].reduce((most, id) => Math.max(most, id + 1), 0),
  }
}

function addedToken(fields: Omit<ByteLevelJson['added_tokens'][number], 'id'>, id: number): AddedToken {
  const { content, lstrip, rstrip, single_word: singleWord, normalized } = fields
  return { content, id, lstrip, rstrip, singleWord, normalized }
}
