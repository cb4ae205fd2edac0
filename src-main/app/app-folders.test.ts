import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appFolders } from './app-folders.ts'

describe('appFolders', () => {
  it('finds everything below the folder of a clone', () => {
    const clone = join('/home', 'someone', 'lab')
    for (const path of Object.values(appFolders(clone) as unknown as Record<string, string>))
      expect(path.startsWith(clone)).toBe(true)
  })

  it('points a plain Node past the archive of a packaged app', () => {
    const archive = join('/opt', 'lab', 'resources', 'app.asar')
    const folders = appFolders(archive)
    expect(folders.engineEntry).toContain('app.asar.unpacked')
    expect(folders.sample).toContain('app.asar.unpacked')
    expect(folders.preload).not.toContain('unpacked')
  })
})
