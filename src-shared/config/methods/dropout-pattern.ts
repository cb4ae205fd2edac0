/** AutoDropout's patterns for Transformers: four numbers for each sublayer, and how they are written in settings. */

/** Where a pattern may act: what the sublayers of a block compute. */
export const patternSublayers = ['query', 'key', 'value', 'attention-output', 'feed-forward-output'] as const

/** A place of a pattern. */
export type PatternSublayer = (typeof patternSublayers)[number]

/** The pattern of one sublayer, the same in all blocks. */
export interface SublayerPattern {
  /** Consecutive tokens that the pattern affects; 0 = none, the sublayer is left alone. */
  readonly size: number
  /** Tokens left alone between two affected stretches; 0 = every token is affected. */
  readonly stride: number
  /** share_t: all affected tokens lose the same units. */
  readonly shareTokens: boolean
  /** share_c: a token loses all of its units or none. */
  readonly shareUnits: boolean
}

/** A pattern for every sublayer. */
export type DropoutPattern = Readonly<Record<PatternSublayer, SublayerPattern>>

/** Sizes that a search tries. */
export const searchedSizes = [0, 1, 2, 4, 8] as const
/** Strides that a search tries. */
export const searchedStrides = [0, 1, 2, 4, 8, 16] as const

/** Longest size and stride in settings. */
const longest = 64
const untouched: SublayerPattern = { size: 0, stride: 0, shareTokens: false, shareUnits: false }
/** The pattern without any sublayer. */
const nothing = 'none'

/** How patterns are written, for messages and help. */
export const patternForm =
  'a list such as "query 2/4, value 1/8 t, feed-forward-output 4/4 tc": sublayer, size/stride, then t where tokens and c where units share their mask; or "none"'

/**
 * The pattern that a text describes.
 *
 * @param text see `patternForm`
 * @returns null when it describes none
 */
export function parsePattern(text: string): DropoutPattern | null {
  const found = new Map<string, SublayerPattern>()
  const entries = text.trim() === nothing ? [] : text.split(',').map((entry) => entry.trim())
  for (const entry of entries) {
    const [, name = '', size, stride, shared = ''] =
      /^([a-z-]+) +(\d{1,2})\/(\d{1,2})(?: +(t|c|tc))?$/.exec(entry) ?? []
    const isKnown = (patternSublayers as readonly string[]).includes(name)
    if (!isKnown || found.has(name) || Number(size) > longest || Number(stride) > longest) return null
    found.set(name, {
      size: Number(size),
      stride: Number(stride),
      shareTokens: shared.includes('t'),
      shareUnits: shared.includes('c'),
    })
  }
  return patternOf((sublayer) => found.get(sublayer) ?? untouched)
}

/**
 * A pattern as settings have it, so that what a search found can be given to another run.
 *
 * @param pattern sublayers of size 0 are left out
 */
export function patternText(pattern: DropoutPattern): string {
  const entries = patternSublayers.flatMap((sublayer) => {
    const { size, stride, shareTokens, shareUnits } = pattern[sublayer]
    const shared = `${shareTokens ? 't' : ''}${shareUnits ? 'c' : ''}`
    return size === 0 ? [] : [`${sublayer} ${size}/${stride}${shared === '' ? '' : ` ${shared}`}`]
  })
  return entries.length === 0 ? nothing : entries.join(', ')
}

/**
 * A pattern from what each sublayer gets.
 *
 * @param of called once for each sublayer, in their order
 */
export function patternOf(of: (sublayer: PatternSublayer) => SublayerPattern): DropoutPattern {
  return Object.fromEntries(patternSublayers.map((sublayer) => [sublayer, of(sublayer)])) as DropoutPattern
}
