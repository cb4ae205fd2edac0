/** One file from a hub: goes on where it was cut off, and is what the hub says it is or is not kept. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { renameDurably, writeAll } from '@main/platform/durable-file.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { readPieces } from '@main/platform/read-pieces.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import { askHub, bytesOf } from './hub-request.ts'
import type { HubConnection, HubModel } from './hub-model.ts'
import type { HubFile } from './hub-listing.ts'

/** Where a file comes from and goes to. */
export interface Download {
  readonly connection: HubConnection
  readonly model: HubModel
  readonly commit: string
  readonly file: HubFile
  /** Exists. */
  readonly folder: string
  /** Told how many bytes of the file are there. */
  readonly onBytes: (bytes: number) => void
  readonly signal?: AbortSignal
  /** File-system calls; tests replace them. */
  readonly calls?: FileCalls
}

/** Ends of the connection in the middle of a file before it counts as lost. */
const maxCuts = 5

/**
 * Fetches a file into a folder. What came before an interruption stays beside it as `<name>.part` and is gone on with.
 *
 * @param download what, from where, whereto
 * @failure hub-unreachable, hub-refused, not-found; download-damaged when size or digest is not the hub's; disk-full,
 *   file-unreadable
 */
export async function downloadFile(download: Download): Promise<void> {
  const { file, folder, onBytes, calls = nodeFileCalls } = download
  const path = join(folder, file.name)
  const found = statIfPresent(path)
  // It has its name since it was checked.
  if (found?.isFile()) return onBytes(found.size)
  const partial = `${path}.part`
  for (let cuts = 0; !isComplete(partial, file);) {
    const before = bytesOfPart(partial)
    try {
      await fetchRest(download, partial, calls)
      if (file.bytes === null) break
    } catch (thrown) {
      if (thrown instanceof LabError || download.signal?.aborted) throw thrown
      cuts = bytesOfPart(partial) > before ? 0 : cuts + 1
      if (cuts >= maxCuts) throw lost(download, thrown)
    }
  }
  await check(download, partial, calls)
  try {
    renameDurably(partial, path, calls)
  } catch (thrown) {
    throw writeFailure(thrown, folder)
  }
}

const bytesOfPart = (partial: string): number => statIfPresent(partial)?.size ?? 0

const isComplete = (partial: string, { bytes }: HubFile): boolean =>
  bytes !== null && statIfPresent(partial)?.size === bytes

/**
 * Appends what is missing, or everything where the server does not go on from there.
 *
 * @throws Error when the connection ends before the file does
 */
async function fetchRest(download: Download, partial: string, calls: FileCalls): Promise<void> {
  const { connection, model, commit, file, folder, onBytes, signal } = download
  const have = bytesOfPart(partial)
  const answer = await askHub({
    connection,
    model,
    path: `/${model.id}/resolve/${commit}/${encodeURIComponent(file.name)}`,
    headers: have > 0 ? { range: `bytes=${have}-` } : {},
    ...(signal && { signal }),
  })
  const isContinued =
    answer.status === 206 && answer.headers.get('content-range')?.startsWith(`bytes ${have}-`)
  const end = endOf(answer, isContinued ? have : 0)
  let bytes = isContinued ? have : 0
  const opened = guarded(folder, () => calls.open(partial, isContinued ? 'a' : 'w'))
  try {
    if (answer.status === 416 || (answer.status === 206 && !isContinued))
      throw new Error(`the server has no part of the file from byte ${have} on`)
    for await (const piece of bytesOf(answer)) {
      bytes += piece.length
      if (file.bytes !== null && bytes > file.bytes)
        throw damaged(download, `has more than ${file.bytes} bytes`)
      guarded(folder, () => writeAll(opened, piece, calls))
      onBytes(bytes)
    }
    guarded(folder, () => calls.fsync(opened))
  } finally {
    calls.close(opened)
  }
  const whole = file.bytes ?? end
  if (whole !== null && bytes < whole)
    throw new Error(`the connection ended after ${bytes} of ${whole} bytes`)
}

/** Bytes of the whole file by the answer's own word; null where it has none, or the content comes packed. */
function endOf(answer: Response, begin: number): number | null {
  const length = answer.headers.get('content-length')
  return length === null || answer.headers.has('content-encoding') ? null : begin + Number(length)
}

/** Compares size and digest; a file that is another is removed. */
async function check(download: Download, partial: string, calls: FileCalls): Promise<void> {
  const { file } = download
  const { size } = statIfPresent(partial)!
  const wanted = file.sha256 ?? file.gitBlob
  const hash = createHash(file.sha256 === null ? 'sha1' : 'sha256')
  // Git's digest is that of a header and the content.
  if (file.sha256 === null) hash.update(`blob ${size}\0`)
  for await (const piece of readPieces(partial)) hash.update(piece)
  const isWhole = file.bytes === null || file.bytes === size
  if (isWhole && (wanted === null || hash.digest('hex') === wanted)) return
  calls.unlink(partial)
  throw damaged(
    download,
    isWhole ? 'has another content than the hub says' : `has ${size} of ${file.bytes} bytes`,
  )
}

function guarded<Value>(folder: string, work: () => Value): Value {
  try {
    return work()
  } catch (thrown) {
    throw writeFailure(thrown, folder)
  }
}

const damaged = ({ connection, model, file }: Download, what: string): LabError =>
  new LabError(
    'download-damaged',
    `${file.name} of ${model.id} as ${connection.endpoint} sent it ${what}.`,
    'Try again; if it stays so, the hub or a proxy between damages files.',
  )

const lost = ({ connection, model, file }: Download, thrown: unknown): LabError =>
  new LabError(
    'hub-unreachable',
    `The connection to ${connection.endpoint} ended within ${file.name} of ${model.id} again and again: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    'Try again: what has come stays.',
    { cause: thrown },
  )
