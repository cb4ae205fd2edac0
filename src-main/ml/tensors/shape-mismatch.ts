/** Shape errors that name the argument, both shapes and the rule. */

/** A tensor of another shape than the equation needs: a bug in the caller, never a person's mistake. */
export class ShapeMismatch extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ShapeMismatch'
  }
}

/**
 * Checks a shape against expected sizes.
 *
 * @param name argument name for the message
 * @param found the tensor's shape
 * @param expected sizes in order; −1 accepts any size
 * @param axes the axes in words, for instance `[B, H, T, S]`
 * @throws ShapeMismatch when rank or a size differs
 */
export function checkShape(
  name: string,
  found: readonly number[],
  expected: readonly number[],
  axes: string,
): void {
  const fits =
    found.length === expected.length && expected.every((size, i) => size === -1 || size === found[i])
  if (fits) return
  const wanted = expected.map((size) => (size === -1 ? 'any' : String(size))).join(', ')
  throw new ShapeMismatch(`${name} has shape [${found.join(', ')}]; ${axes} = [${wanted}] was expected.`)
}
