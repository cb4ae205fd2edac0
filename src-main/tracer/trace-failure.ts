/** Failures of a trace, with the operation and the line that cannot be recorded. */

/** A function that cannot be recorded as a graph: a bug of that function, or a rule the tracer lacks. */
export class TraceFailure extends Error {
  /**
   * @param message what cannot be recorded; the calling line is added
   */
  constructor(message: string) {
    super(message)
    this.name = 'TraceFailure'
    this.message = `${message} (at ${callingLine()})`
  }
}

/** First line of the stack that is neither the tracer's nor tfjs's, which puts dozens of its own in between. */
function callingLine(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = Infinity
  const { stack = '' } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  const own = /[\\/]tracer[\\/](?!.*\.test\.)|node_modules|node:internal/
  const line = stack
    .split('\n')
    .slice(1)
    .find((frame) => /:\d+:\d+/.test(frame) && !own.test(frame))
  return line?.trim().replace(/^at /, '') ?? 'an unknown line'
}
