/** What every command is given: the streams, how the answer is wanted, and the lab. */
import type { Command } from 'commander'
import type { HomeUse } from '@main/storage/usable-home.ts'
import type { Lab } from '@main/services/lab.ts'
import type { Answer, AnswerForm, CliSurroundings } from './output.ts'
import { oneLine } from '@shared/text/visible-text.ts'

/** Surroundings of one command. */
export interface CommandContext {
  readonly surroundings: CliSurroundings
  readonly form: AnswerForm
  /**
   * The lab, opened when first asked for; the data folder is looked at first.
   *
   * @failure file-unreadable, disk-full when the data folder cannot be used as this command must
   */
  readonly lab: (use?: HomeUse) => Lab
  /** Takes the command's answer; the last one counts. */
  readonly answer: (answer: Answer) => void
}

/** Adds one command, or one family of commands, to the program. */
export type CommandDefinition = (program: Command, context: CommandContext) => void

/**
 * A remark on standard error.
 *
 * @param context the command's surroundings
 * @param text one line, without its newline
 */
export function remark(context: CommandContext, text: string): void {
  context.surroundings.stderr(`${oneLine(text)}\n`)
}
