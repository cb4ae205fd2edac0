import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { unfinishedName } from './durable-file.ts'
import { removeLeftovers } from './leftovers.ts'
import { ownIdentity, writerTag } from './process-liveness.ts'

it('removes what dead writers left behind, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-leftovers-'))
  const own = basename(unfinishedName(join(folder, '40')))
  // A process number larger than any that Linux, macOS or Windows give out in practice.
  const gone = `20.${writerTag({ ...ownIdentity(), pid: 2 ** 30 })}-1.unfinished`
  const elsewhere = writerTag({ ...ownIdentity(), host: 'another' })
  const [recent, old] = [`50.${elsewhere}-1.unfinished`, `50.${elsewhere}-2.unfinished`]
  for (const name of ['30', own, gone, recent, old, 'x.unfinished']) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'weights'), 'w')
  }
  utimesSync(join(folder, old), 0, 0)
  utimesSync(join(folder, 'x.unfinished'), 0, 0)
  removeLeftovers(folder)
  removeLeftovers(join(folder, 'absent'))
  expect(readdirSync(folder).sort()).toEqual(['30', own, recent, 'x.unfinished'].sort())
})
