import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { openLogFile } from './log-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'log-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
vi.spyOn(process.stderr, 'write').mockReturnValue(true)

it('appends lines of several writers', () => {
  const path = join(folder, 'logs', 'app.log')
  const [one, other] = [openLogFile(path), openLogFile(path)]
  one('first\n')
  other('second\n')
  one('third\n')
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\nthird\n')
})

it('sets a log aside that grew too large', () => {
  const path = join(folder, 'large.log')
  writeFileSync(path, Buffer.alloc(5 * 2 ** 20, 'a'))
  openLogFile(path)('new\n')
  expect(readFileSync(path, 'utf8')).toBe('new\n')
  expect(statSync(`${path}.old`).size).toBe(5 * 2 ** 20)
})

it('goes on without a file where none can be made', () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const write = openLogFile(join(file, 'app.log'))
  expect(() => write('lost\n')).not.toThrow()
  expect(existsSync(join(file, 'app.log'))).toBe(false)
})
