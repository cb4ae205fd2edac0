/** Options of the command line that say how the files of a data set are read. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { datasetReading, type DatasetReading } from '@shared/contracts/dataset-reading.ts'

/** What commander makes of the options. */
export interface ReadingOptions {
  readonly delimiter?: string
  readonly quoting?: 'on' | 'off'
  readonly encoding?: string
  /** false after `--no-header`. */
  readonly header: boolean
  readonly textColumn?: string
  readonly pairColumn?: string
  readonly labelColumn?: string
  readonly mergeLabels?: boolean
}

const delimiterNames: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
  space: ' ',
}

function delimiterOf(value: string): string {
  const delimiter = delimiterNames[value.toLowerCase()] ?? value
  if (delimiter.length === 1 && !/["\n\r]/.test(delimiter)) return delimiter
  throw new InvalidArgumentError('One sign is needed, or one of tab, comma, semicolon, pipe, space.')
}

/**
 * Adds the options to a command.
 *
 * @param command the command that imports data
 */
export function addReadingOptions(command: Command): Command {
  return command
    .option(
      '--delimiter <sign>',
      'sign between fields, such as ";" or tab; found out when left out',
      delimiterOf,
    )
    .addOption(
      new Option('--quoting <on|off>', 'whether quotes wrap fields; found out when left out').choices([
        'on',
        'off',
      ]),
    )
    .option('--encoding <name>', 'encoding of the files, such as windows-1251; UTF-8 or UTF-16 when left out')
    .option('--no-header', 'the first line is data; columns are then called by their numbers')
    .option('--text-column <name>', 'column of the texts, by name or number')
    .option('--pair-column <name>', 'column of the second texts')
    .option('--label-column <name>', 'column of the labels or scores')
    .option('--merge-labels', 'labels that differ only in case, spaces, quotes or as numbers are one')
}

/**
 * The options as the services take them.
 *
 * @param options what commander made of them
 */
export function readingOf(options: ReadingOptions): DatasetReading {
  return datasetReading.parse({
    delimiter: options.delimiter,
    quoting: options.quoting,
    encoding: options.encoding,
    header: options.header ? null : false,
    textColumn: options.textColumn,
    pairColumn: options.pairColumn,
    labelColumn: options.labelColumn,
    mergeLabels: options.mergeLabels,
  })
}
