/** Flaws of the folder: links, things that are no files, shards, and the folder above or below. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  changeText,
  harmless,
  lfsPointer,
  rawTensors,
  refused,
  weightsFile,
  writeRawTensors,
  type Flaw,
} from './flaw.ts'

const indexFile = 'model.safetensors.index.json'
const unrecognized = 'checkpoint-unrecognized'

/** A file of the checkpoint, by chance. */
function anyFile(folder: string, random: (count: number) => number): string {
  const names = readdirSync(folder).sort()
  return join(folder, names[random(names.length)]!)
}

/** Puts something else in the place of a file. */
const inPlace =
  (put: (path: string, folder: string) => void): Flaw['apply'] =>
  (folder, random) => {
    const path = anyFile(folder, random)
    renameSync(path, `${folder}-moved`)
    put(path, folder)
  }

const places: readonly Flaw[] = [
  refused(
    'a link leads out of the folder',
    'file-unreadable',
    /link out of the checkpoint’s folder/,
    inPlace((path, folder) => symlinkSync(`${folder}-moved`, path)),
  ),
  refused(
    'a link leads nowhere',
    'file-unreadable',
    /does not exist/,
    inPlace((path) => symlinkSync('../absent', path)),
  ),
  refused(
    'a link leads to itself',
    'file-unreadable',
    /in a circle/,
    inPlace((path) => symlinkSync(basename(path), path)),
  ),
  refused(
    'a link leads to a device',
    'file-unreadable',
    /link out of/,
    inPlace((path) => symlinkSync('/dev/zero', path)),
  ),
  refused(
    'a pipe stands in a file’s place',
    'file-unreadable',
    /named pipe/,
    inPlace((path) => execFileSync('mkfifo', [path])),
  ),
  refused(
    'a folder stands in a file’s place',
    'file-unreadable',
    /is a folder/,
    inPlace((path) => mkdirSync(path)),
  ),
  harmless('a link leads to a file of the folder', (folder, random) => {
    const path = anyFile(folder, random)
    renameSync(path, join(folder, 'moved'))
    symlinkSync('moved', path)
  }),
  harmless('the folder is a snapshot of the hub’s cache', (folder) => {
    const cache = `${folder}-cache`
    const snapshot = join(cache, 'snapshots', '0123abcd')
    mkdirSync(snapshot, { recursive: true })
    mkdirSync(join(cache, 'blobs'))
    for (const name of readdirSync(folder)) {
      cpSync(join(folder, name), join(cache, 'blobs', `blob-of-${name}`))
      symlinkSync(`../../blobs/blob-of-${name}`, join(snapshot, name))
    }
    return snapshot
  }),
  refused(
    'the cache is chosen instead of its snapshot',
    unrecognized,
    /config\.json is missing/,
    (folder) => {
      const cache = `${folder}-cache`
      mkdirSync(join(cache, 'snapshots'), { recursive: true })
      renameSync(folder, join(cache, 'snapshots', '0'.repeat(40)))
      return cache
    },
  ),
  refused(
    'the file is chosen instead of its folder',
    unrecognized,
    /is a file; a checkpoint is a folder/,
    (folder) => join(folder, weightsFile),
  ),
  refused('the folder is empty', unrecognized, /found: nothing/, (folder) => {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
  }),
  refused('the folder does not exist', 'not-found', /does not exist/, (folder) =>
    join(dirname(folder), 'absent'),
  ),
]

/** Divides the weights among two files and an index. */
function shard(folder: string): {
  readonly names: readonly [string, string]
  readonly map: Record<string, string>
} {
  const tensors = rawTensors(join(folder, weightsFile))
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const
  const halves = [tensors.slice(0, 9), tensors.slice(9)] as const
  const map: Record<string, string> = {}
  halves.forEach((half, at) => {
    writeRawTensors(join(folder, names[at]!), half)
    for (const { name } of half) map[name] = names[at]!
  })
  rmSync(join(folder, weightsFile))
  writeFileSync(join(folder, indexFile), JSON.stringify({ weight_map: map }))
  return { names, map }
}

const writeMap = (folder: string, map: Record<string, string>): void =>
  writeFileSync(join(folder, indexFile), JSON.stringify({ weight_map: map }))

const shards: readonly Flaw[] = [
  harmless('the weights lie in two files', (folder) => void shard(folder)),
  refused(
    'a shard is missing',
    'checkpoint-truncated',
    /1 of 2 files that are not there/,
    (folder, random) => {
      rmSync(join(folder, shard(folder).names[random(2)]!))
    },
  ),
  refused('a shard is a pointer', 'git-lfs-pointer', /LFS/, (folder, random) => {
    writeFileSync(join(folder, shard(folder).names[random(2)]!), lfsPointer)
  }),
  refused('the index is of other shards', 'checkpoint-truncated', /The folder has model-00001/, (folder) => {
    const { map } = shard(folder)
    writeMap(
      folder,
      Object.fromEntries(Object.keys(map).map((name) => [name, 'model-00001-of-00003.safetensors'])),
    )
  }),
  refused(
    'the index names a tensor that no shard has',
    'checkpoint-missing-weights',
    /no shard holds: bert\.extra/,
    (folder) => {
      const { map, names } = shard(folder)
      writeMap(folder, { ...map, 'bert.extra': names[0] })
    },
  ),
  refused('a tensor lies in both shards', unrecognized, /twice, in two files/, (folder) => {
    const { names } = shard(folder)
    const second = join(folder, names[1])
    writeRawTensors(second, [...rawTensors(second), rawTensors(join(folder, names[0]))[3]!])
  }),
  refused('the index names another shard for a tensor', unrecognized, /says that .+, it is in/, (folder) => {
    const { map, names } = shard(folder)
    writeMap(folder, { ...map, 'bert.pooler.dense.bias': names[0] })
  }),
  refused(
    'the index names a tensor twice',
    unrecognized,
    /key “bert\.pooler\.dense\.bias” twice/,
    (folder) => {
      shard(folder)
      changeText(folder, indexFile, (text) =>
        text.replace(
          '"weight_map":{',
          '"weight_map":{"bert.pooler.dense.bias":"model-00001-of-00002.safetensors",',
        ),
      )
    },
  ),
  refused('the index leads out of the folder', unrecognized, /outside the folder/, (folder, random) => {
    const { map } = shard(folder)
    writeMap(folder, {
      ...map,
      'bert.pooler.dense.bias': ['../a.safetensors', '/etc/passwd', '..', ''][random(4)]!,
    })
  }),
  refused('the index is a pointer', 'git-lfs-pointer', /LFS/, (folder) => {
    shard(folder)
    writeFileSync(join(folder, indexFile), lfsPointer)
  }),
  refused('the index is missing', unrecognized, /2 weight files/, (folder) => {
    shard(folder)
    rmSync(join(folder, indexFile))
  }),
]

/** Every flaw of the folder. */
export const flawedFiles: readonly Flaw[] = [...places, ...shards]
