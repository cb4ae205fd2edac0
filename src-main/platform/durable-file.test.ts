import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppendOnlyFile } from './append-only-file.ts'
import { readFailure, writeFailure } from './disk-failure.ts'
import { isUnfinished, writeAll, writeFileDurably } from './durable-file.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lab-platform-'))

describe('writing a file durably', () => {
  it('forces content and name to disk in that order, under a temporary name until then', () => {
    const folder = newFolder()
    const order: string[] = []
    const calls: FileCalls = {
      ...nodeFileCalls,
      open: (path, flags) => {
        order.push(path === folder ? 'open folder' : `open ${isUnfinished(path) ? 'temporary' : 'final'}`)
        return nodeFileCalls.open(path, flags)
      },
      fsync: (file) => {
        order.push('fsync')
        nodeFileCalls.fsync(file)
      },
      rename: (from, to) => {
        order.push('rename')
        nodeFileCalls.rename(from, to)
      },
    }
    writeFileDurably(join(folder, 'a.json'), 'Inhalt: ä', calls)
    expect(order).toEqual([
      'open temporary',
      'fsync',
      'rename',
      ...(process.platform === 'win32' ? [] : ['open folder', 'fsync']),
    ])
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('Inhalt: ä')
    expect(readdirSync(folder)).toEqual(['a.json'])
  })

  it('goes on when the system takes a few bytes at a time', () => {
    const path = join(newFolder(), 'slow')
    const few: FileCalls = {
      ...nodeFileCalls,
      write: (file, bytes, offset, length, position) =>
        nodeFileCalls.write(file, bytes, offset, Math.min(3, length), position),
    }
    writeFileDurably(path, 'more than three bytes', few)
    expect(readFileSync(path, 'utf8')).toBe('more than three bytes')
  })

  it.skipIf(!existsSync('/dev/full'))('calls a full disk by its name, with folder and bytes needed', () => {
    const onFullDisk: FileCalls = { ...nodeFileCalls, open: () => nodeFileCalls.open('/dev/full', 'w') }
    const folder = newFolder()
    const path = join(folder, 'run.json')
    writeFileSync(path, 'old')
    let failure: unknown
    try {
      writeFileDurably(path, 'x'.repeat(1234), onFullDisk)
    } catch (thrown) {
      failure = thrown
    }
    expect(failure).toMatchObject({
      code: 'disk-full',
      hint: expect.stringContaining('lab resume') as string,
    })
    expect(String(failure)).toContain(folder)
    expect(String(failure)).toContain('1,234 bytes')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['run.json'])
  })

  it.skipIf(!existsSync('/dev/full'))('meets the full disk in the bare write as well', () => {
    const file = nodeFileCalls.open('/dev/full', 'w')
    expect(() => writeAll(file, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'ENOSPC' }))
    nodeFileCalls.close(file)
  })
})

describe('system errors', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code })

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s while writing is a full disk', (code) => {
    expect(writeFailure(systemError(code), 'runs')).toMatchObject({ code: 'disk-full' })
  })

  it('become failures whatever their code; what is none stays what it is', () => {
    for (const code of ['EIO', 'EXDEV', 'ENOENT'])
      expect(writeFailure(systemError(code), 'runs')).toMatchObject({
        code: 'file-unreadable',
        message: expect.stringMatching(
          new RegExp(`^Could not write to runs: .* \\(${code}\\)\\.$`),
        ) as string,
      })
    const argument = Object.assign(new TypeError('bug'), { code: 'ERR_INVALID_ARG_TYPE' })
    expect(writeFailure(argument, 'runs')).toBe(argument)
    const bug = new TypeError('bug')
    expect(readFailure(bug, 'x')).toBe(bug)
  })

  it('of reading name the path', () => {
    expect(readFailure(systemError('ENOENT'), 'a/b')).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('a/b') as string,
    })
    expect(readFailure(systemError('EISDIR'), 'a')).toMatchObject({ code: 'file-unreadable' })
    expect(readFailure(systemError('EACCES'), 'a')).toMatchObject({ code: 'file-unreadable' })
  })
})

describe('an append-only file', () => {
  it('cuts off a last line that was torn, however long, before it adds one', () => {
    for (const torn of ['{"half', 'x'.repeat(200_000)]) {
      const path = join(newFolder(), 'log')
      writeFileSync(path, `first\nsecond\n${torn}`)
      const file = new AppendOnlyFile(path)
      file.append('third\n')
      file.close()
      expect(readFileSync(path, 'utf8')).toBe('first\nsecond\nthird\n')
    }
  })

  it('starts anew in a file that holds nothing but a torn line', () => {
    const path = join(newFolder(), 'log')
    writeFileSync(path, 'torn')
    const file = new AppendOnlyFile(path)
    file.append('a\n')
    file.append('b\n', true)
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
  })

  it('takes a failed append back, so that the next one is a line of its own', () => {
    const path = join(newFolder(), 'log')
    let fail = false
    const calls: FileCalls = {
      ...nodeFileCalls,
      write: (file, bytes, offset, length, position) => {
        if (!fail) return nodeFileCalls.write(file, bytes, offset, length, position)
        if (offset > 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        return nodeFileCalls.write(file, bytes, offset, 4, position)
      },
    }
    const file = new AppendOnlyFile(path, calls)
    file.append('first\n')
    fail = true
    expect(() => file.append('second, long\n')).toThrow(expect.objectContaining({ code: 'disk-full' }))
    expect(readFileSync(path, 'utf8')).toBe('first\n')
    fail = false
    file.append('third\n')
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('first\nthird\n')
  })

  it('refuses a line without its end', () => {
    expect(() => new AppendOnlyFile(join(newFolder(), 'log')).append('half')).toThrow(/newline/)
  })
})
