/**
 * Marks a case that the type system has ruled out; throws if it is reached all the same.
 *
 * @param value the value that no case matched
 */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`)
}
