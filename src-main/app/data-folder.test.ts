import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { prepareDesktopFolder } from './data-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'data-folder-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('makes a folder that is not there yet, and takes one that is', () => {
  const path = join(folder, 'home', 'desktop')
  prepareDesktopFolder(path)
  prepareDesktopFolder(path)
  expect(existsSync(path)).toBe(true)
})

it('names the place and what to do when it cannot be made', () => {
  writeFileSync(join(folder, 'a-file'), '')
  expect(() => prepareDesktopFolder(join(folder, 'a-file', 'desktop'))).toThrow(/a-file/)
})
