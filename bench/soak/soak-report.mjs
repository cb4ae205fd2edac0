/** What runs that should be the same came to. */
import { fixed, textTable } from '../command/text-table.mjs'

/** By how much resident size may grow between the two marks. */
const allowedGrowth = 0.03

/**
 * @param {readonly { losses: readonly number[], megabytes: Readonly<Record<number, number>> }[]} rounds
 * @param {{ first: number, last: number }} marks steps that are compared
 * @returns {{ text: string, isFlat: boolean, isRepeated: boolean }}
 */
export function soakReport(rounds, { first, last }) {
  const marks = Object.keys(rounds[0]?.megabytes ?? {})
  const growth = rounds.map(
    ({ megabytes }) => (megabytes[last] ?? Number.NaN) / (megabytes[first] ?? Number.NaN) - 1,
  )
  const rows = rounds.map(({ losses, megabytes }, index) => [
    `run ${index + 1}`,
    String(losses.length),
    ...marks.map((mark) => fixed(megabytes[Number(mark)], 0)),
    `${fixed(100 * (growth[index] ?? Number.NaN))} %`,
  ])
  const isFlat = growth.every((share) => share <= allowedGrowth)
  const [one, ...others] = rounds
  const firstDifference = others
    .map(({ losses }) => losses.findIndex((loss, step) => !Object.is(loss, one?.losses[step])))
    .find((step) => step >= 0)
  const sameLength = others.every(({ losses }) => losses.length === one?.losses.length)
  const isRepeated = firstDifference === undefined && sameLength
  const repeated =
    others.length === 0
      ? 'One run alone: nothing to compare losses with.'
      : isRepeated
        ? `All ${one?.losses.length} losses are equal, bit for bit.`
        : `The losses DIFFER, first at step ${(firstDifference ?? one?.losses.length ?? 0) + 1}.`
  const table = textTable(['', 'steps', ...marks.map((mark) => `MB at ${mark}`), 'growth'], rows)
  const flat = isFlat ? 'Memory is flat' : 'Memory is NOT flat'
  return {
    text: `${table}\n${flat} (at most ${allowedGrowth * 100} % more).\n${repeated}`,
    isFlat,
    isRepeated,
  }
}
