/** A checkpoint's tokenizer files: read once, checked against the model before anything is registered or trained. */
import { z } from 'zod'
import { readWordPieceSettings, type TokenizerFiles } from '@main/text/word-piece-settings.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { CheckpointSummary, EncoderConfig } from '@shared/results/checkpoint-summary.ts'
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
  const json = await readTextOf(files, 'tokenizer.json')
  const config = await readTextOf(files, 'tokenizer_config.json')
  const map = await readTextOf(files, 'special_tokens_map.json')
  return {
    files: {
      ...(vocab === null ? {} : { vocabText: vocab.text }),
      ...(json === null ? {} : { tokenizerJson: json.text }),
      ...(config === null ? {} : { tokenizerConfig: config.text }),
      ...(map === null ? {} : { specialTokensMap: map.text }),
    },
    warnings: [vocab, json, config, map].flatMap((read) => read?.warnings ?? []),
  }
}

const tokenizerFile = z.object({ model: z.object({ type: z.string().nullish() }) })

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
  const unusable = unusableReason(files)
  if (unusable !== null) return { kind: null, pieces: null, warnings: [...warnings, unusable] }
  const settings = settingsOf(files, folder)
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
    kind: 'wordpiece',
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

/** Why no run could use the tokenizer although nothing is broken; null when one could. */
function unusableReason({ vocabText, tokenizerJson }: TokenizerFiles): string | null {
  if (vocabText !== undefined) return null
  if (tokenizerJson === undefined)
    return 'The folder has no tokenizer: a run needs vocab.txt or tokenizer.json beside the weights.'
  const parsed = tokenizerFile.safeParse(JSON.parse(tokenizerJson))
  const type = parsed.success ? (parsed.data.model.type ?? null) : null
  // Without a type the reader says what is wrong with the file.
  if (type === null || type === 'WordPiece') return null
  return `tokenizer.json describes a ${type.slice(0, 30)} tokenizer; a run needs WordPiece.`
}

/** The reader of `text` knows no folders; its messages get one here. */
function settingsOf(files: TokenizerFiles, folder: string): ReturnType<typeof readWordPieceSettings> {
  try {
    return readWordPieceSettings(files)
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    throw new LabError(thrown.code, `${folder}: ${thrown.message}`, thrown.hint, { cause: thrown })
  }
}
