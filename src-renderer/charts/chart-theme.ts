/** Colours of charts, read from the design tokens, as plain data that option builders take. */

/** Names of the parts whose colours the tokens hold, as in `--part-first-pass`. */
export type PartColor =
  | 'input'
  | 'first-pass'
  | 'attribution'
  | 'mask'
  | 'second-pass'
  | 'backward'
  | 'update'
  | 'evaluation'
  | 'other'

/** Everything a chart's look depends on. */
export interface ChartTheme {
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly grid: string
  readonly surface: string
  readonly accent: string
  readonly bad: string
  /** Ground of epochs trained with a regularizer. */
  readonly phase: string
  /** Colours of groups by slot. */
  readonly groups: readonly string[]
  readonly parts: Readonly<Record<PartColor, string>>
  readonly font: string
}

/** How many groups have a colour of their own; further ones repeat the colours with another dash. */
export const groupColorCount = 10

const dashes = ['solid', 'dashed', 'dotted'] as const

/** A theme for tests and for the moment before style sheets are there. */
export const plainTheme: ChartTheme = {
  ink: '#1d2023',
  muted: '#5d6368',
  line: '#dbd8ce',
  grid: '#e6e3da',
  surface: '#fdfcf9',
  accent: '#0c6a6e',
  bad: '#b02a25',
  phase: '#efe9db',
  groups: Array.from({ length: groupColorCount }, (_, slot) => `#00${(16 + slot).toString(16)}80`),
  parts: {
    input: '#a0a0a0',
    'first-pass': '#a1a0a0',
    attribution: '#a2a0a0',
    mask: '#a3a0a0',
    'second-pass': '#a4a0a0',
    backward: '#a5a0a0',
    update: '#a6a0a0',
    evaluation: '#a7a0a0',
    other: '#a8a0a0',
  },
  font: 'sans-serif',
}

/**
 * The theme in force on an element.
 *
 * @param element where the tokens are computed
 */
export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element)
  const read = (name: string, otherwise: string): string =>
    style.getPropertyValue(`--${name}`).trim() || otherwise
  const parts = Object.fromEntries(
    Object.entries(plainTheme.parts).map(([part, color]) => [part, read(`part-${part}`, color)]),
  ) as Record<PartColor, string> // reason: the keys are those of plainTheme.parts
  return {
    ink: read('ink', plainTheme.ink),
    muted: read('muted', plainTheme.muted),
    line: read('line', plainTheme.line),
    grid: read('grid', plainTheme.grid),
    surface: read('surface', plainTheme.surface),
    accent: read('accent', plainTheme.accent),
    bad: read('bad', plainTheme.bad),
    phase: read('phase', plainTheme.phase),
    groups: plainTheme.groups.map((color, slot) => read(`group-${slot + 1}`, color)),
    parts,
    font: read('font', plainTheme.font),
  }
}

/**
 * Line style of a group: its colour, and another dash once the colours repeat.
 *
 * @param theme the theme in force
 * @param slot 0-based place of the group in the palette
 */
export function groupLine(
  theme: ChartTheme,
  slot: number,
): { readonly color: string; readonly dash: (typeof dashes)[number] } {
  return {
    color: theme.groups[slot % groupColorCount]!,
    dash: dashes[Math.floor(slot / groupColorCount) % dashes.length]!,
  }
}
