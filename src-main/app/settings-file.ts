/** The file in which the desktop app's settings lie. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileDurably } from '@main/platform/durable-file.ts'
import { makeFolder } from '@main/platform/make-folder.ts'
import type { Logger } from '@main/platform/logger.ts'
import { storedJson } from '@main/storage/stored-json.ts'
import { desktopSettingsSchema, parseDesktopSettings, type DesktopSettings } from './desktop-settings.ts'

/** Settings in memory, written through to their file. */
export interface SettingsFile {
  current(): DesktopSettings
  /** Changes some settings; a disk that refuses is logged, never a reason to stop. */
  update(changed: Partial<DesktopSettings>): void
}

/**
 * Opens the settings; a missing or damaged file means the defaults.
 *
 * @param path of the JSON file; its folder is made when first written
 * @param logger told when the file cannot be written
 */
export function openSettingsFile(path: string, logger: Logger): SettingsFile {
  let settings = parseDesktopSettings(textOf(path))
  return {
    current: () => settings,
    update(changed) {
      settings = { ...settings, ...changed }
      try {
        makeFolder(dirname(path))
        writeFileDurably(path, storedJson(settings, desktopSettingsSchema))
      } catch (thrown) {
        logger.warn('the settings could not be written', { path, thrown })
      }
    },
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
