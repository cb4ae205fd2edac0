import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { acceptFile, digestOfFile, sha256FromHex } from './checksum.mjs'

const folder = mkdtempSync(join(tmpdir(), 'checksum-'))
const file = join(folder, 'download.bin')
/** sha256 of "abc", from FIPS 180-2, appendix B.1. */
const abc = sha256FromHex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('checking a download', () => {
  it('accepts the file that was published', async () => {
    writeFileSync(file, 'abc')

    await acceptFile(file, abc)
    await acceptFile(file, await digestOfFile(file, 'sha512'))

    expect(existsSync(file)).toBe(true)
  })

  it('refuses and deletes any other, so that the next try fetches it anew', async () => {
    writeFileSync(file, 'abd')

    await expect(acceptFile(file, abc)).rejects.toThrow(
      /download\.bin is damaged .* run the same command again/,
    )

    expect(existsSync(file)).toBe(false)
  })
})
