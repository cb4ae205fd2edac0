/** Failures of a bench that a person can do something about, each with its exit code. */

/** Exit codes of the commands in this folder. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, noDevice: 3, interrupted: 130 }

/** An expected failure: its message is one sentence that says what to do. */
export class BenchFailure extends Error {
  /**
   * @param {string} sentence
   * @param {number} [exitCode]
   */
  constructor(sentence, exitCode = exitCodes.failed) {
    super(sentence)
    this.exitCode = exitCode
  }
}
