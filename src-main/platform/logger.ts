/** Remarks for whoever looks for the cause of a problem; standard output stays free for answers. */

/** Details of a log line; everything in it is written as JSON. */
export type LogDetails = Readonly<Record<string, unknown>>

/** Where remarks go. */
export interface Logger {
  info(message: string, details?: LogDetails): void
  warn(message: string, details?: LogDetails): void
  error(message: string, details?: LogDetails): void
}

let writeLine = (line: string): void => void process.stderr.write(line)

/**
 * Where every logger of this process or thread writes from now on; standard error until then.
 *
 * @param write receives each line, newline included
 */
export function sendLogTo(write: (line: string) => void): void {
  writeLine = write
}

/**
 * A logger that writes one line a remark: time, level, source, message, details.
 *
 * @param source part of the program that speaks
 * @param write receives each line, newline included; the log of this process or thread unless told otherwise
 */
export function createLogger(
  source: string,
  write: (line: string) => void = (line) => writeLine(line),
): Logger {
  const log = (level: 'info' | 'warn' | 'error') => (message: string, details?: LogDetails) => {
    // A warning is for a person, who has no use for a stack.
    const errorText = level === 'error' ? stackOf : messageOf
    const rest =
      details === undefined
        ? ''
        : ` ${JSON.stringify(details, (_key, value: unknown) => (value instanceof Error ? errorText(value) : value))}`
    write(`${new Date().toISOString()} ${level} ${source}: ${message}${rest}\n`)
  }
  return { info: log('info'), warn: log('warn'), error: log('error') }
}

const stackOf = (error: Error): string => error.stack ?? error.message
const messageOf = (error: Error): string => error.message
