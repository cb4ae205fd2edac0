import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { computesOnGpu } from './gpu-library.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'addrop-library-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** An ELF file of 64 bits with the table of its sections' names behind its header. */
function elfWith(...sections: string[]): Buffer {
  const names = Buffer.from(['', ...sections, '.shstrtab', ''].join('\0'), 'latin1')
  const header = Buffer.alloc(64)
  header.write('\x7fELF', 'latin1')
  header.writeBigUInt64LE(64n, 40)
  header.writeUInt16LE(64, 58)
  header.writeUInt16LE(1, 62)
  const entries = Buffer.alloc(128)
  entries.writeBigUInt64LE(192n, 64 + 24)
  entries.writeBigUInt64LE(BigInt(names.length), 64 + 32)
  return Buffer.concat([header, entries, names])
}

const write = (content: Buffer): void => {
  writeFileSync(join(folder, 'libtensorflow_framework.so.2'), content)
}

describe('whether TensorFlow computes on a GPU', () => {
  it('follows from the first library that LD_LIBRARY_PATH leads to', () => {
    write(elfWith('.text', '.nv_fatbin'))

    expect(computesOnGpu({ LD_LIBRARY_PATH: ['/none', folder].join(delimiter) }, true)).toBe(true)
  })

  it('needs a driver', () => {
    write(elfWith('.text', '.nv_fatbin'))

    expect(computesOnGpu({ LD_LIBRARY_PATH: folder }, false)).toBe(false)
  })

  it.each(['', '-1', '-1,0', 'NoDevFiles'])(
    'is false where CUDA_VISIBLE_DEVICES is %j, which hides all',
    (visible) => {
      write(elfWith('.nv_fatbin'))

      expect(computesOnGpu({ LD_LIBRARY_PATH: folder, CUDA_VISIBLE_DEVICES: visible }, true)).toBe(false)
      expect(computesOnGpu({ LD_LIBRARY_PATH: folder, CUDA_VISIBLE_DEVICES: '0' }, true)).toBe(true)
    },
  )

  it.each([
    ['a build for processors', elfWith('.text', '.rodata')],
    ['a section whose name only begins alike', elfWith('.nv_fatbin2')],
    ['an empty file', Buffer.alloc(0)],
    [
      'a file of another form',
      Buffer.from('a text that is longer than the header of a library would be, and then some'),
    ],
  ])('is false with %s', (_, content) => {
    write(content)

    expect(computesOnGpu({ LD_LIBRARY_PATH: folder }, true)).toBe(false)
  })

  it('is false with the library of the set-up, which LD_LIBRARY_PATH does not name', () => {
    expect(computesOnGpu({}, true)).toBe(false)
    expect(computesOnGpu({ LD_LIBRARY_PATH: folder }, true)).toBe(false)
  })
})
