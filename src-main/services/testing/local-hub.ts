/** A hub on this machine: models from memory under the paths that Hugging Face's hub has, with planned faults. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the hub does wrong, or otherwise than usual. */
export interface HubHabits {
  /** Content by file name. */
  files: Map<string, Buffer>
  /** Files kept by Git LFS: described by sha256, the others by Git's digest. */
  isLarge: (name: string) => boolean
  /** The description has neither sizes nor digests; the list of files has. */
  hidesSizes: boolean
  ignoresRanges: boolean
  /** Ends the connection after so many bytes of an answer with weights; so many times. */
  cut: { bytes: number; times: number } | null
  /** Sends other bytes than it describes; so many times. */
  damages: number
  /** Sends files from another address. */
  redirectsTo: string | null
  /** Status instead of an answer, by path; null answers as usual. */
  status: (path: string) => number | null
}

/** One request as it came. */
export interface SeenRequest {
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

/** A running hub. */
export interface LocalHub {
  readonly address: string
  readonly habits: HubHabits
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

const commit = 'c0ffee'.repeat(6) + 'c0ff'

/**
 * Starts a hub with one model, `owner/tiny`, and the same as `tiny`.
 *
 * @param files content by name
 */
export async function startLocalHub(files: ReadonlyMap<string, Buffer>): Promise<LocalHub> {
  const habits: HubHabits = {
    files: new Map(files),
    isLarge: (name) => /\.(safetensors|bin)$/.test(name),
    hidesSizes: false,
    ignoresRanges: false,
    cut: null,
    damages: 0,
    redirectsTo: null,
    status: () => null,
  }
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    seen.push({ path, range: request.headers.range, authorization: request.headers.authorization })
    answer(habits, path, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    habits,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function answer(habits: HubHabits, path: string, request: IncomingMessage, response: ServerResponse): void {
  const status = habits.status(path)
  if (status !== null) return void response.writeHead(status).end('no')
  if (/^\/api\/models\/(owner\/)?tiny\/revision\/(main|v1)\?blobs=true$/.test(path))
    return json(response, { sha: commit, siblings: [...habits.files].map((file) => sibling(habits, file)) })
  if (/^\/api\/models\/(owner\/)?tiny\/tree\//.test(path))
    return json(
      response,
      [...habits.files].map((file) => treeEntry(habits, file)),
    )
  const name = new RegExp(`^/(?:owner/)?tiny/resolve/${commit}/(?<name>.+)$`).exec(path)?.groups?.['name']
  const content = name === undefined ? undefined : habits.files.get(name)
  if (name === undefined || content === undefined) return void response.writeHead(404).end()
  if (habits.redirectsTo !== null)
    return void response.writeHead(302, { location: habits.redirectsTo + path }).end()
  send(habits, { name, content }, request, response)
}

function send(
  habits: HubHabits,
  { name, content }: { readonly name: string; readonly content: Buffer },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const asked = /^bytes=(?<start>\d+)-$/.exec(request.headers.range ?? '')?.groups?.['start']
  const start = habits.ignoresRanges ? 0 : Number(asked ?? 0)
  if (start >= content.length && content.length > 0) return void response.writeHead(416).end()
  const rest = Buffer.from(content.subarray(start))
  if (habits.isLarge(name) && habits.damages > 0) {
    habits.damages -= 1
    rest[0] = rest[0]! ^ 255
  }
  const isPart = asked !== undefined && !habits.ignoresRanges
  response.writeHead(isPart ? 206 : 200, {
    'content-length': rest.length,
    ...(isPart ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
  })
  const { cut } = habits
  if (cut === null || cut.times === 0 || !habits.isLarge(name)) return void response.end(rest)
  cut.times -= 1
  response.write(rest.subarray(0, cut.bytes), () => setTimeout(() => response.destroy(), 20))
}

const json = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
const gitBlob = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

function sibling(habits: HubHabits, [rfilename, content]: readonly [string, Buffer]): object {
  if (habits.hidesSizes) return { rfilename }
  const lfs = habits.isLarge(rfilename)
    ? { lfs: { sha256: sha256(content), size: content.length, pointerSize: 134 } }
    : {}
  return { rfilename, size: content.length, blobId: gitBlob(content), ...lfs }
}

function treeEntry(habits: HubHabits, [path, content]: readonly [string, Buffer]): object {
  const lfs = habits.isLarge(path)
    ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } }
    : {}
  return { type: 'file', path, size: content.length, oid: gitBlob(content), ...lfs }
}
