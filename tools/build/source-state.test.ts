import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStale, sourceState } from './source-state.mjs'

const inputs = ['src', 'config.ts', 'absent']
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'source-state-'))
  mkdirSync(join(root, 'src', 'deep'), { recursive: true })
  for (const name of ['config.ts', 'src/a.ts', 'src/deep/b.ts', 'src/a.test.ts']) writeAt(name, 1000)
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function writeAt(name: string, second: number): void {
  writeFileSync(join(root, name), name)
  utimesSync(join(root, name), second, second)
}

describe('staleness of a build', () => {
  it('is stale when it never finished', () => {
    expect(isStale(undefined, sourceState(root, inputs))).toBe(true)
  })

  it('stays fresh while nothing changes', () => {
    expect(isStale(sourceState(root, inputs), sourceState(root, inputs))).toBe(false)
  })

  it.each([
    [
      'a file deep down is newer',
      () => {
        writeAt('src/deep/b.ts', 2000)
      },
    ],
    [
      'a file is added with an old date',
      () => {
        writeAt('src/c.ts', 500)
      },
    ],
    [
      'a file is deleted',
      () => {
        rmSync(join(root, 'src/deep/b.ts'))
      },
    ],
    [
      'every file went back to an older date',
      () => {
        for (const name of ['config.ts', 'src/a.ts', 'src/deep/b.ts']) writeAt(name, 900)
      },
    ],
  ])('is stale when %s', (_what, change) => {
    const built = sourceState(root, inputs)

    change()

    expect(isStale(built, sourceState(root, inputs))).toBe(true)
  })

  it('stays fresh when only a test changes', () => {
    const built = sourceState(root, inputs)

    writeAt('src/a.test.ts', 3000)

    expect(isStale(built, sourceState(root, inputs))).toBe(false)
  })
})
