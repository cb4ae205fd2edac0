import { describe, expect, it } from 'vitest'
import { parseDesktopSettings } from './desktop-settings.ts'

const defaults = { schemaVersion: 1, appearance: 'system', windowBounds: null }

describe('parseDesktopSettings', () => {
  it('starts from the defaults when there is no file', () => {
    expect(parseDesktopSettings(null)).toEqual(defaults)
  })

  it('reads back what was written', () => {
    const settings = {
      schemaVersion: 1 as const,
      appearance: 'dark' as const,
      windowBounds: { x: 10, y: -20, width: 1200, height: 800, isMaximized: true },
    }
    expect(parseDesktopSettings(JSON.stringify(settings))).toEqual(settings)
  })

  it.each(['{"appearance": "dark"', '[]', 'null', '{"appearance":"blue"}', '{"schemaVersion":2}', '\0\0'])(
    'falls back to the defaults on %s',
    (text) => {
      expect(parseDesktopSettings(text)).toEqual(defaults)
    },
  )
})
