/** System errors of reading and writing, translated into the failures a person can act on. */
import { LabError } from '@shared/failures/failure.ts'

const noRoom: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than the disk allows',
}

const notAllowed: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk is read-only',
}

/** Why a name leads nowhere, and other refusals of a system. */
const otherReasons: Readonly<Record<string, string>> = {
  ENOENT: 'a folder above it is not there',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'the name belongs to something that is no folder, such as a link to a drive that is not connected',
  EISDIR: 'a folder has the name of a file',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an error',
  EBUSY: 'another program uses it',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

const reasonOf = (code: string): string => notAllowed[code] ?? otherReasons[code] ?? 'the system refused'

/**
 * Code of a system error (`ENOENT`, …); '' for anything else.
 *
 * @param thrown whatever a `catch` received
 */
export function systemErrorCode(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

/**
 * What to throw after a write failed: `disk-full` or `file-unreadable` as a `LabError` for every error of the system;
 * what is none, and a `LabError` that is one already, as it was.
 *
 * @param thrown what the write threw
 * @param folder folder that was written to
 * @param bytesNeeded bytes that were to be written, where known
 */
export function writeFailure(thrown: unknown, folder: string, bytesNeeded?: number): unknown {
  const code = systemErrorCode(thrown)
  const full = noRoom[code]
  if (full !== undefined) {
    const needed =
      bytesNeeded === undefined ? '' : `; ${bytesNeeded.toLocaleString('en-US')} bytes were needed`
    return new LabError(
      'disk-full',
      `Could not write to ${folder}: ${full} (${code})${needed}.`,
      'Free some space; then `lab resume` goes on from the last checkpoint.',
      { cause: thrown },
    )
  }
  if (!isSystemErrorCode(code)) return thrown
  return new LabError(
    'file-unreadable',
    `Could not write to ${folder}: ${reasonOf(code)} (${code}).`,
    'Make the folder writable, or choose another data folder with LAB_HOME.',
    { cause: thrown },
  )
}

/** Codes of systems are `EACCES` and the like; Node's own begin with `ERR_`, and a `LabError` has its own. */
const isSystemErrorCode = (code: string): boolean => /^E[A-Z0-9]+$/.test(code)

/**
 * What to throw after a read failed: `not-found` or `file-unreadable` as a `LabError`; anything else, and a `LabError`
 * that is one already, as it was.
 *
 * @param thrown what the read threw
 * @param path file or folder that was read
 */
export function readFailure(thrown: unknown, path: string): unknown {
  // Its code is one of ours, not a system error's.
  if (thrown instanceof LabError) return thrown
  const code = systemErrorCode(thrown)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LabError('not-found', `${path} does not exist.`, 'Check the path.', { cause: thrown })
  }
  if (code === 'EISDIR') {
    return new LabError('file-unreadable', `${path} is a folder; a file was expected.`, 'Check the path.', {
      cause: thrown,
    })
  }
  if (code === '') return thrown
  return new LabError(
    'file-unreadable',
    `Could not read ${path}: ${reasonOf(code)} (${code}).`,
    'Check that the file may be read and that its disk is connected.',
    { cause: thrown },
  )
}
