/** Contrast of the colour tokens: text at least 4.5 : 1, graphics at least 3 : 1, in both themes. */
import { describe, expect, it } from 'vitest'
import tokens from './tokens.css?raw'

function tokensOf(theme: string): Map<string, string> {
  const start = tokens.indexOf(`[data-theme='${theme}']`)
  const block = tokens.slice(start, tokens.indexOf('}', start))
  return new Map([...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)].map((hit) => [hit[1]!, hit[2]!]))
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(first: string, second: string): number {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const textPairs = [
  ...['bg', 'rail', 'surface', 'raised', 'sunken', 'hover'].flatMap((ground) =>
    ['ink', 'ink-2', 'muted'].map((text) => [text, ground] as const),
  ),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['accent', 'surface'],
  ['accent', 'bg'],
  ['ink', 'accent-soft'],
  ['accent', 'accent-soft'],
  ...['good', 'warn', 'bad'].flatMap((tone) => [
    [tone, 'surface'] as const,
    [tone, `${tone}-soft`] as const,
    ['ink', `${tone}-soft`] as const,
  ]),
] as const

describe.each(['light', 'dark'])('the %s theme', (theme) => {
  const colors = tokensOf(theme)
  const color = (name: string): string => {
    const value = colors.get(name)
    if (value === undefined) throw new Error(`No token --${name} in the ${theme} theme`)
    return value
  }

  it.each(textPairs)('has --%s readable on --%s', (text, ground) => {
    expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(Array.from({ length: 10 }, (_, slot) => `group-${slot + 1}`))(
    'has curve colour --%s visible',
    (name) => {
      expect(contrast(color(name), color('surface'))).toBeGreaterThanOrEqual(3)
    },
  )

  it('has borders of controls visible', () => {
    expect(contrast(color('line-strong'), color('surface'))).toBeGreaterThanOrEqual(3)
  })

  it('names the same tokens as the other theme', () => {
    expect([...colors.keys()]).toEqual([...tokensOf(theme === 'light' ? 'dark' : 'light').keys()])
  })
})
