/** Equations in plain characters, one part a line. */

/**
 * The parts of an equation: separated by semicolons, those within brackets left alone.
 *
 * @param equation of a method's card
 */
export function equationLines(equation: string): readonly string[] {
  const lines: string[] = ['']
  let depth = 0
  for (const character of equation) {
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    if (character === ';' && depth === 0) lines.push('')
    else lines[lines.length - 1] += character
  }
  return lines.map((line) => line.trim())
}
