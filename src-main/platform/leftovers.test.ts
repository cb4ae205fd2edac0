import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { unfinishedName } from './durable-file.ts'
import { removeLeftovers } from './leftovers.ts'

/** Larger than any process number that Linux, macOS or Windows give out in practice. */
const noSuchProcess = 2 ** 30

it('removes what dead writers left behind, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-leftovers-'))
  const own = basename(unfinishedName(join(folder, '40')))
  for (const name of ['30', own, `20.${noSuchProcess}-1.unfinished`, 'x.unfinished']) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'weights'), 'w')
  }
  removeLeftovers(folder)
  removeLeftovers(join(folder, 'absent'))
  expect(readdirSync(folder).sort()).toEqual(['30', own, 'x.unfinished'].sort())
})
