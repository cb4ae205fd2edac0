/** How much a page may send: size of one call, and calls in a time. Far above what the app's own pages ever do. */
import { LabError } from '@shared/failures/failure.ts'

const longestString = 100_000
const mostCharacters = 1_000_000
const mostValues = 50_000
const deepest = 32

/**
 * Refuses an input that is too large, before anything else is done with it.
 *
 * @param input structured clone of what a page sent
 * @failure invalid-argument
 */
export function requireBounded(input: unknown): void {
  let characters = 0
  let values = 0
  const countText = (text: string): void => {
    characters += text.length
    if (text.length > longestString || characters > mostCharacters)
      throw tooLarge(`${text.length} characters`)
  }
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next
    values += 1
    if (values > mostValues) throw tooLarge(`more than ${mostValues} values`)
    if (typeof value === 'string') countText(value)
    if (typeof value !== 'object' || value === null) continue
    if (depth >= deepest) throw tooLarge(`values ${deepest} deep`)
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
      throw tooLarge('no plain data')
    // A sparse array or one of a million numbers is refused before it is walked through.
    if (Array.isArray(value) && value.length > mostValues) throw tooLarge(`${value.length} values`)
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) countText(key)
      waiting.push({ value: child, depth: depth + 1 })
    }
  }
}

function tooLarge(what: string): LabError {
  return new LabError(
    'invalid-argument',
    `The window sent a call with ${what}; no call of the app has so much.`,
  )
}

/** Calls that may come at once, and that come back to it in a second. */
const burst = 400
const perSecond = 100

/** Counts calls: a bucket that each call takes from and time fills. */
export class CallRate {
  readonly #now: () => number
  #left = burst
  #filledAt: number

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#filledAt = now()
  }

  /**
   * Counts one call.
   *
   * @failure too-many-calls
   */
  take(): void {
    const now = this.#now()
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) / 1000) * perSecond)
    this.#filledAt = now
    if (this.#left < 1)
      throw new LabError(
        'too-many-calls',
        `The window made more than ${perSecond} calls a second.`,
        'Wait a moment; restart the app if it goes on.',
      )
    this.#left -= 1
  }
}
