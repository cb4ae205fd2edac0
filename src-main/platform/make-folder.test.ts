import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { makeFolder } from './make-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'make-folder-'))
afterAll(() => rmSync(root, { recursive: true }))

function failureOf(work: () => void): LabError {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof LabError) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

describe('makeFolder', () => {
  it('makes what is missing, once and again', () => {
    const path = join(root, 'a', 'b', 'c')
    makeFolder(path)
    makeFolder(path)
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('follows a link to a folder', () => {
    mkdirSync(join(root, 'real'))
    symlinkSync(join(root, 'real'), join(root, 'link'))
    makeFolder(join(root, 'link', 'below'))
    expect(existsSync(join(root, 'real', 'below'))).toBe(true)
  })

  it.each([
    ['a file in its place', 'ENOTDIR', 'file'],
    ['a file above it', 'ENOTDIR', join('file', 'below')],
    ['a link to a drive that is gone', 'EEXIST', 'dangling'],
    ['a link to a drive that is gone above it', 'EEXIST', join('dangling', 'below')],
    ['links in a circle', 'ELOOP', join('circle', 'below')],
    ['a name that is too long', 'ENAMETOOLONG', 'n'.repeat(5000)],
  ])('says what to do about %s', (_what, code, name) => {
    writeFileSync(join(root, 'file'), '')
    for (const [link, target] of [
      ['dangling', join(root, 'no-such-drive')],
      ['circle', join(root, 'circle')],
    ] as const) {
      rmSync(join(root, link), { force: true })
      symlinkSync(target, join(root, link))
    }
    const failure = failureOf(() => makeFolder(join(root, name)))
    expect(failure).toMatchObject({ code: 'file-unreadable' })
    expect(failure.message).toContain(`Could not write to ${join(root, name)}`)
    expect(failure.message).toContain(`(${code})`)
    expect(failure.hint).toContain('LAB_HOME')
  })

  it.each([
    'ENOENT',
    'ENOTDIR',
    'EEXIST',
    'EROFS',
    'EACCES',
    'EPERM',
    'ELOOP',
    'ENAMETOOLONG',
    'EIO',
    'EBUSY',
    'EMFILE',
  ])('turns %s of the system into a failure that names the folder and the step', (code) => {
    const calls = {
      make: () => {
        throw Object.assign(new Error(code), { code, syscall: 'mkdir', path: '/data/lab' })
      },
      kindOf: (path: string) => (path === '/' ? ('folder' as const) : null),
    }
    const { message, hint } = failureOf(() => makeFolder('/data/lab', calls))
    expect(message).toMatch(new RegExp(`^Could not write to /data/lab: [a-z].*\\(${code}\\)\\.$`))
    expect(hint).toContain('choose another data folder with LAB_HOME')
  })

  it.each(['ENOSPC', 'EDQUOT'])('calls %s a full disk', (code) => {
    const calls = {
      make: () => {
        throw Object.assign(new Error(code), { code })
      },
      kindOf: (path: string) => (path === '/' ? ('folder' as const) : null),
    }
    expect(failureOf(() => makeFolder('/data', calls)).code).toBe('disk-full')
  })

  it('ends at once where the system says that the parent is missing although it is there', () => {
    let asked = 0
    const calls = {
      make: () => {
        asked += 1
        throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
      },
      kindOf: (path: string) => (path === '/proc' ? ('folder' as const) : null),
    }
    expect(failureOf(() => makeFolder('/proc/nothing/lab', calls)).message).toContain('ENOENT')
    expect(asked).toBe(1)
  })

  it.runIf(process.platform === 'linux')('ends at once under /proc itself', () => {
    expect(failureOf(() => makeFolder('/proc/nothing/lab')).message).toMatch(/ENOENT|EACCES|EPERM/)
  })

  it('leaves a defect a defect', () => {
    const calls = {
      make: () => {
        throw new TypeError('a defect')
      },
      kindOf: (path: string) => (path === '/' ? ('folder' as const) : null),
    }
    expect(() => makeFolder('/data', calls)).toThrow(TypeError)
  })
})
