/** Remarks for whoever looks for the cause of a problem; standard output stays free for answers. */

/** Details of a log line; everything in it is written as JSON. */
export type LogDetails = Readonly<Record<string, unknown>>

/** Where remarks go. */
export interface Logger {
  info(message: string, details?: LogDetails): void
  warn(message: string, details?: LogDetails): void
  error(message: string, details?: LogDetails): void
}

/**
 * A logger that writes one line a remark: time, level, source, message, details.
 *
 * @param source part of the program that speaks
 * @param write receives each line, newline included; standard error unless told otherwise
 */
export function createLogger(
  source: string,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const log = (level: 'info' | 'warn' | 'error') => (message: string, details?: LogDetails) => {
    const rest = details === undefined ? '' : ` ${JSON.stringify(details, errorsAsText)}`
    write(`${new Date().toISOString()} ${level} ${source}: ${message}${rest}\n`)
  }
  return { info: log('info'), warn: log('warn'), error: log('error') }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value
}
