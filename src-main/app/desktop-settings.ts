/** What the desktop app remembers between launches: appearance and window bounds. */
import { z } from 'zod'

/** Light, dark, or as the system has it. */
export const appearance = z.enum(['system', 'light', 'dark'])

const windowBounds = z.strictObject({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  isMaximized: z.boolean(),
})

/** Everything that is remembered, as `settings.json` keeps it. */
export const desktopSettingsSchema = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  appearance: appearance.default('system'),
  windowBounds: windowBounds.nullable().default(null),
})

/** Place and size of a window in device-independent pixels. */
export type WindowBounds = z.infer<typeof windowBounds>
/** Everything that is remembered. */
export type DesktopSettings = z.infer<typeof desktopSettingsSchema>

/**
 * Settings from the text of their file.
 *
 * @param text content of the file, null when there is none
 * @returns the settings; the defaults when the text is missing, damaged or of another version
 */
export function parseDesktopSettings(text: string | null): DesktopSettings {
  return desktopSettingsSchema.catch(() => desktopSettingsSchema.parse({})).parse(jsonOf(text ?? '{}'))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
