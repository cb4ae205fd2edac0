/** Digests of files, and the refusal of a file that is not the one expected. */
import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SetUpFailure } from './set-up-failure.mjs'

/**
 * Digest of a file of any size, in the form `<algorithm>-<base64>` that npm uses too.
 *
 * @param {string} path
 * @param {'sha256' | 'sha512'} algorithm
 * @returns {Promise<string>}
 */
export async function digestOfFile(path, algorithm) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return `${algorithm}-${hash.digest('base64')}`
}

/**
 * The same digest as tools such as sha256sum write it.
 *
 * @param {string} hexadecimal
 * @returns {string} `sha256-<base64>`
 */
export function sha256FromHex(hexadecimal) {
  return `sha256-${Buffer.from(hexadecimal, 'hex').toString('base64')}`
}

/**
 * Accepts a downloaded file, or deletes it and fails.
 *
 * @param {string} path
 * @param {string} expected `<algorithm>-<base64>`
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when the file has another content
 */
export async function acceptFile(path, expected) {
  const algorithm = expected.startsWith('sha512-') ? 'sha512' : 'sha256'
  const found = await digestOfFile(path, algorithm)
  if (found === expected) return
  rmSync(path, { force: true })
  throw new SetUpFailure(
    `${basename(path)} is damaged or is not the published file (${found}, expected ${expected}) and was deleted: run the same command again, and if this repeats, check the mirror that served it.`,
  )
}
