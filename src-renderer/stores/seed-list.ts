/** Seeds as a person types them: numbers and ranges, separated by commas or blanks. */

/** Seeds at most in one study; more is surely a slip of the keyboard. */
const mostSeeds = 100
const largestSeed = 2 ** 31 - 1

/** Seeds, or what is wrong with the text. */
export type SeedList =
  { readonly ok: true; readonly seeds: readonly number[] } | { readonly ok: false; readonly message: string }

/**
 * Reads texts such as `1-3, 42`.
 *
 * @param text as typed
 */
export function parseSeeds(text: string): SeedList {
  const seeds: number[] = []
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  if (parts.length === 0) return refused('Give at least one seed, such as 42 or 1-5.')
  for (const part of parts) {
    const range = /^(\d+)(?:[-–](\d+))?$/.exec(part)
    if (range === null) return refused(`“${part}” is no seed; write whole numbers or ranges such as 1-5.`)
    const first = Number(range[1])
    const last = Number(range[2] ?? range[1])
    if (last > largestSeed) return refused(`Seed ${part} is too large; seeds end at ${largestSeed}.`)
    if (last < first) return refused(`The range ${part} runs backwards.`)
    if (last - first >= mostSeeds) return refused(`The range ${part} has more than ${mostSeeds} seeds.`)
    for (let seed = first; seed <= last; seed += 1) {
      if (seeds.includes(seed)) return refused(`Seed ${seed} is there twice.`)
      seeds.push(seed)
    }
  }
  if (seeds.length > mostSeeds) return refused(`More than ${mostSeeds} seeds.`)
  return { ok: true, seeds }
}

function refused(message: string): SeedList {
  return { ok: false, message }
}
