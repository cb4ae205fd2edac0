/** Outcome of a call that may fail in an expected way; the only form in which failures cross process lines. */
import type { Failure } from './failure.ts'

/** Either a value or a failure. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }
