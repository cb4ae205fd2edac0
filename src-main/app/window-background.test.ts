import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { windowBackground } from './window-background.ts'

const tokens = readFileSync(new URL('../../src-renderer/styles/tokens.css', import.meta.url), 'utf8')

it.each([
  ['light', false],
  ['dark', true],
])('is the renderer’s background in the %s theme', (theme, isDark) => {
  const block = tokens.slice(tokens.indexOf(`[data-theme='${theme}']`))
  expect(windowBackground(isDark)).toBe(/--bg:\s*(#[0-9a-f]{6})/.exec(block)?.[1])
})
