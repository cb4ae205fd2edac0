/** What the numerical tests recorded of their comparisons, summed up. */

/** Least share that a limit must leave: it is at least so many times the distance. */
export const leastMargin = 4

/**
 * @typedef {{ file: string, test: string, what: string, distance: number, limit: number }} Comparison
 * @typedef {Comparison & { margin: number, variant: string }} Closest
 */

/**
 * The nearest of each test's comparisons of one kind, over all variants; nearest to its limit first. What is exactly
 * equal has no margin to lose.
 *
 * @param {ReadonlyMap<string, readonly Comparison[]>} byVariant what each variant recorded
 * @returns {Closest[]} one for each test and kind
 */
export function closestComparisons(byVariant) {
  const closest = new Map()
  for (const [variant, comparisons] of byVariant)
    for (const comparison of comparisons) {
      const { file, test, what, distance, limit } = comparison
      if (distance === 0) continue
      const margin = limit / distance
      const key = JSON.stringify([file, test, what])
      if (margin < (closest.get(key)?.margin ?? Infinity))
        closest.set(key, { ...comparison, margin, variant })
    }
  return [...closest.values()].sort((a, b) => a.margin - b.margin)
}

/**
 * A table for a terminal and for Markdown.
 *
 * @param {readonly Closest[]} rows
 */
export function markdownTable(rows) {
  const lines = rows.map(({ file, test, what, distance, limit, margin, variant }) => {
    const name = [file.split('/').at(-1).replace('.test.ts', ''), test.split(' > ').at(-1), what].filter(
      Boolean,
    )
    const cells = [name.join(': ').replaceAll('|', '\\|'), distance.toExponential(1), limit.toExponential(1)]
    return `| ${[...cells, margin.toFixed(1), variant].join(' | ')} |`
  })
  return [
    '| comparison | distance | limit | margin | under |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}
