import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { homeProblem, requireUsableHome } from './usable-home.ts'

const root = mkdtempSync(join(tmpdir(), 'usable-home-'))
afterAll(() => rmSync(root, { recursive: true }))
const isRoot = process.getuid?.() === 0

it('makes the folder, and leaves nothing in it', () => {
  const home = join(root, 'new', 'home')
  expect(homeProblem(home)).toBeNull()
  expect(readdirSync(home)).toEqual([])
})

it('names a file, a link to nothing and a place under a file as what they are', () => {
  writeFileSync(join(root, 'file'), '')
  symlinkSync(join(root, 'gone'), join(root, 'link'))
  for (const name of ['file', 'link', join('file', 'home')]) {
    const problem = homeProblem(join(root, name))
    expect(problem).toMatchObject({ code: 'file-unreadable' })
    expect(problem!.message).toContain(join(root, name))
    expect(problem!.hint).toContain('LAB_HOME')
  }
})

it.skipIf(isRoot)('reads in a folder that may not be written to, and does not write there', () => {
  const home = join(root, 'read-only')
  mkdirSync(home)
  chmodSync(home, 0o555)
  expect(() => requireUsableHome(home, 'reading')).not.toThrow()
  expect(homeProblem(home)?.message).toMatch(/permission denied \(EACCES\)/)
})

it.skipIf(isRoot)('does not take a folder that may not be read for an empty one', () => {
  const home = join(root, 'closed')
  mkdirSync(home)
  for (const mode of [0o000, 0o300, 0o600]) {
    chmodSync(home, mode)
    expect(() => requireUsableHome(home, 'reading')).toThrow(/Could not read/)
  }
  chmodSync(home, 0o700)
})

it.each(['$HOME', '${HOME}', '%APPDATA%'])(
  'makes no folder that is called %s, and uses one that is there',
  (variable) => {
    const home = join(root, 'variables', variable, 'lab')
    const problem = homeProblem(home)
    expect(problem?.message).toContain(`the variable ${variable} was not replaced`)
    expect(problem?.hint).toContain('double quotes')
    mkdirSync(home, { recursive: true })
    expect(homeProblem(home)).toBeNull()
  },
)
