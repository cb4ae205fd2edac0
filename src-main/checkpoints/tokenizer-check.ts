/** A checkpoint's tokenizer files: read once, checked against the model before anything is registered or trained. */
import { readByteLevelSettings } from '@main/text/byte-level-settings.ts'
import { tokenizerKindOf } from '@main/text/tokenizer.ts'
import { readWordPieceSettings, type TokenizerFiles } from '@main/text/word-piece-settings.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary, EncoderConfig, TokenizerKind } from '@shared/results/checkpoint-summary.ts'
import { readTextOf, type CheckpointFiles } from './checkpoint-files.ts'

/** Tokenizer files, and what a person should know about how they were read. */
export interface ReadTokenizerFiles {
  readonly files: TokenizerFiles
  readonly warnings: readonly string[]
}

/** What the tokenizer of a checkpoint is. */
export interface TokenizerCheck {
  /** null when a run could not use any; a warning says why. */
  readonly kind: CheckpointSummary['tokenizer']
  /** Pieces, from id 0 to the highest; null without a tokenizer. */
  readonly pieces: number | null
  readonly warnings: readonly string[]
}

/**
 * Contents of a checkpoint's tokenizer files.
 *
 * @param files the checkpoint
 * @failure git-lfs-pointer, file-unreadable, tokenizer-missing
 */
export async function readTokenizerFiles(files: CheckpointFiles): Promise<ReadTokenizerFiles> {
  const vocab = await readTextOf(files, 'vocab.txt')
  const vocabJson = await readTextOf(files, 'vocab.json')
  const merges = await readTextOf(files, 'merges.txt')
  const json = await readTextOf(files, 'tokenizer.json')
  const config = await readTextOf(files, 'tokenizer_config.json')
  const map = await readTextOf(files, 'special_tokens_map.json')
  const added = await readTextOf(files, 'added_tokens.json')
  return {
    files: {
      ...(vocab === null ? {} : { vocabText: vocab.text }),
      ...(vocabJson === null ? {} : { vocabJson: vocabJson.text }),
      ...(merges === null ? {} : { mergesText: merges.text }),
      ...(json === null ? {} : { tokenizerJson: json.text }),
      ...(config === null ? {} : { tokenizerConfig: config.text }),
      ...(map === null ? {} : { specialTokensMap: map.text }),
      ...(added === null ? {} : { addedTokensJson: added.text }),
    },
    warnings: [vocab, vocabJson, merges, json, config, map, added].flatMap((read) => read?.warnings ?? []),
  }
}

/**
 * Reads the tokenizer as a run would, and compares its size with the word embedding's.
 *
 * @param read contents of the files
 * @param config the model
 * @param folder where they lie, for messages
 * @failure tokenizer-missing when a file is damaged or a special token is missing, checkpoint-wrong-shapes when there are
 *   more pieces than the word embedding has rows
 */
export function checkTokenizer(
  read: ReadTokenizerFiles,
  config: EncoderConfig,
  folder: string,
): TokenizerCheck {
  const { files, warnings } = read
  const kind = tokenizerKindOf(files)
  if (kind !== 'wordpiece' && kind !== 'byte-level-bpe')
    return { kind: null, pieces: null, warnings: [...warnings, unusableText(kind)] }
  const settings = settingsOf(kind, files, folder)
  const { vocabSize: pieces, specialTokenIds } = settings
  const rows = config.vocabSize
  if (pieces > rows) {
    throw new LabError(
      'checkpoint-wrong-shapes',
      `The tokenizer of ${folder} has ids up to ${pieces - 1}, but the word embedding has only ${rows} rows.`,
      'Use the tokenizer files that belong to the weights.',
    )
  }
  const number = (count: number): string => count.toLocaleString('en-US')
  return {
    kind,
    pieces,
    warnings: [
      ...warnings,
      ...settings.warnings,
      ...(pieces < rows
        ? [
            `The tokenizer has ${number(pieces)} pieces, the word embedding ${number(rows)} rows: ${number(rows - pieces)} rows are never read. That is usual where rows were added to fill up; otherwise the tokenizer’s file is cut short.`,
          ]
        : []),
      ...(specialTokenIds.pad === config.padTokenId
        ? []
        : [
            `config.json fills up batches with piece ${config.padTokenId}, the tokenizer’s filling piece is ${specialTokenIds.pad}; filled places are masked, so both give the same.`,
          ]),
    ],
  }
}

/** Why no run could use the tokenizer although nothing is broken. */
function unusableText(kind: 'none' | { readonly other: string }): string {
  if (kind === 'none')
    return 'The folder has no tokenizer: a run needs tokenizer.json, vocab.txt, or vocab.json and merges.txt beside the weights.'
  return `tokenizer.json describes a ${kind.other.slice(0, 30)} tokenizer; a run needs WordPiece or byte-level BPE.`
}

/** The readers of `text` know no folders; their messages get one here. */
function settingsOf(kind: TokenizerKind, files: TokenizerFiles, folder: string): CheckedSettings {
  try {
    return kind === 'wordpiece'
      ? readWordPieceSettings(files)
      : { ...readByteLevelSettings(files), warnings: [] }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    throw new LabError(thrown.code, `${folder}: ${thrown.message}`, thrown.hint, { cause: thrown })
  }
}

/** What both kinds have in common. */
interface CheckedSettings {
  readonly vocabSize: number
  readonly specialTokenIds: { readonly pad: number }
  readonly warnings: readonly string[]
}
