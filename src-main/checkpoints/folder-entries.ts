/** What the entries of a checkpoint folder are, looked at before any of them is opened. */
import { existsSync } from 'node:fs'
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { readFailure, systemErrorCode } from '@main/platform/disk-failure.ts'
import { specialKind } from '@main/platform/regular-file.ts'
import { LabError } from '@shared/failures/failure.ts'

/**
 * Names in a folder.
 *
 * @param folder what a person chose
 * @failure not-found, file-unreadable; checkpoint-unrecognized when it is no folder
 */
export async function listFolder(folder: string): Promise<ReadonlySet<string>> {
  try {
    const kind = specialKind(await stat(folder))
    if (kind === 'a folder') return new Set(await readdir(folder))
    throw noFolder(folder, kind ?? 'a file')
  } catch (thrown) {
    throw readFailure(thrown, folder)
  }
}

function noFolder(folder: string, kind: string): LabError {
  return new LabError(
    'checkpoint-unrecognized',
    `${folder} is ${kind}; a checkpoint is a folder with config.json and model.safetensors.`,
    hintFor(folder),
  )
}

function hintFor(path: string): string {
  if (/\.(zip|tar|tgz|gz|bz2|xz|7z)$/i.test(path))
    return 'Unpack the archive, and choose the folder it holds.'
  const holder = dirname(path)
  return existsSync(join(holder, 'config.json'))
    ? `Choose the folder that holds the file: ${holder}.`
    : 'Choose a Hugging Face folder with config.json and model.safetensors.'
}

/**
 * Where a checkpoint's file really lies. A link is followed inside the folder, and from a snapshot of Hugging Face's
 * cache to that cache's own blobs; every other link could bring a file of somebody else's choice into what is published.
 *
 * @param folder the checkpoint's folder
 * @param name name of an entry that is there
 * @failure file-unreadable for links that lead out or nowhere, pipes, devices, sockets and folders
 */
export async function placeOfFile(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  try {
    const found = await lstat(path)
    if (!found.isSymbolicLink()) {
      refuseSpecial(path, specialKind(found))
      return path
    }
    const target = await targetOf(path)
    const home = await realpath(folder)
    if (!isInside(target, home) && !isInHubCache(target, home)) throw linkOut(path, target)
    refuseSpecial(path, specialKind(await lstat(target)))
    return target
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (thrown) {
    const code = systemErrorCode(thrown)
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw thrown
    const written = await readlink(path)
    const where = code === 'ELOOP' ? 'in a circle' : `to ${written}, which does not exist`
    throw new LabError(
      'file-unreadable',
      `${path} is a link that leads ${where}.`,
      written.includes('annex')
        ? 'Run “git annex get” in the folder, or download the file again.'
        : 'Put the file itself in the place of the link, or download it again.',
      { cause: thrown },
    )
  }
}

function isInside(target: string, folder: string): boolean {
  return target.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)
}

/** `…/models--owner--name/snapshots/<revision>/config.json` is a link to `…/models--owner--name/blobs/<digest>`. */
function isInHubCache(target: string, folder: string): boolean {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (basename(at) === 'snapshots') return dirname(target) === join(dirname(at), 'blobs')
  }
  return false
}

function linkOut(path: string, target: string): LabError {
  return new LabError(
    'file-unreadable',
    `${path} is a link out of the checkpoint’s folder, to ${target}; such links are not followed.`,
    'Put a copy of the file in the place of the link.',
  )
}

function refuseSpecial(path: string, kind: string | null): void {
  if (kind === null) return
  throw new LabError(
    'file-unreadable',
    `${path} is ${kind}; a file was expected.`,
    'Put the file itself in its place, or download it again.',
  )
}
