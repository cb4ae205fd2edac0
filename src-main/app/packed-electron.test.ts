import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isPackedWithOfficialElectron } from './packed-electron.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-packed-electron-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function packed(content: string): boolean {
  const path = join(folder, 'package.json')
  writeFileSync(path, content)
  return isPackedWithOfficialElectron(path)
}

describe('the Electron of a package', () => {
  it('is the official one only where the package says so', () => {
    expect(packed('{ "name": "lab", "officialElectron": true }')).toBe(true)
    expect(packed('{ "name": "lab", "officialElectron": false }')).toBe(false)
  })

  it('is taken for another where the package says nothing, or nothing that can be read', () => {
    for (const content of ['{}', '{ "officialElectron": "true" }', 'null', '', '{'])
      expect(packed(content), content).toBe(false)
    expect(isPackedWithOfficialElectron(join(folder, 'absent.json'))).toBe(false)
  })
})
