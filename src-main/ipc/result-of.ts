/** Work that may fail, as a `Result`. */
import { LabError, toFailure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'

/**
 * Does the work and answers its outcome. Never rejects.
 *
 * @param work what to do; expected failures are thrown as `LabError`
 * @param reportDefect told what was thrown when it is not an expected failure
 */
export async function resultOf<T>(
  work: () => T | Promise<T>,
  reportDefect: (thrown: unknown) => void,
): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) reportDefect(thrown)
    return { ok: false, failure: toFailure(thrown) }
  }
}

/**
 * The value of a result.
 *
 * @param result outcome of a call
 * @failure the one that the result carries
 */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value
  const { code, message, hint } = result.failure
  throw new LabError(code, message, hint)
}
