/** The files of a model on a hub, at one commit, and those of them that make up a checkpoint. */
import { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'
import { isCheckpointFileName } from '../checkpoint-files.ts'
import { askHub, bytesOf } from './hub-request.ts'
import type { HubConnection, HubModel } from './hub-model.ts'

/** One file as the hub describes it. */
export interface HubFile {
  readonly name: string
  /** null where the hub does not say. */
  readonly bytes: number | null
  /** Digest of the content, for files that Git LFS keeps. */
  readonly sha256: string | null
  /** Git's own digest, for all others. */
  readonly gitBlob: string | null
}

/** The files of one commit. */
export interface HubListing {
  readonly commit: string
  readonly files: readonly HubFile[]
}

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))
const length = z.number().int().nonnegative()
const modelSchema = z.object({
  sha: hex(40),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: length.nullish(),
      blobId: hex(40).nullish(),
      lfs: z.object({ sha256: hex(64), size: length }).nullish(),
    }),
  ),
})
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: length,
    oid: hex(40),
    lfs: z.object({ oid: hex(64), size: length }).nullish(),
  }),
)
/** Longest description that is read; a model has some dozens of files. */
const maxListingBytes = 16 * 1024 * 1024

/**
 * The files of a model at the commit that its revision names now.
 *
 * @param connection the hub
 * @param model the model and its revision
 * @failure hub-unreachable, hub-refused, not-found
 */
export async function listHubModel(connection: HubConnection, model: HubModel): Promise<HubListing> {
  const place = `/api/models/${model.id}`
  const revision = encodeURIComponent(model.revision)
  const described = await json(connection, model, `${place}/revision/${revision}?blobs=true`, modelSchema)
  const files = described.siblings.map(({ rfilename, size, blobId, lfs }) => ({
    name: rfilename,
    bytes: lfs?.size ?? size ?? null,
    sha256: lfs?.sha256 ?? null,
    gitBlob: lfs == null ? (blobId ?? null) : null,
  }))
  const commit = described.sha
  if (files.every(({ bytes }) => bytes !== null)) return { commit, files }
  // Mirrors may leave sizes and digests out of the one answer and have them in the other.
  const tree = await json(connection, model, `${place}/tree/${commit}`, treeSchema).catch(() => [])
  const known = new Map(
    tree.map(({ path, size, oid, lfs }) => [
      path,
      { bytes: lfs?.size ?? size, sha256: lfs?.oid ?? null, gitBlob: lfs == null ? oid : null },
    ]),
  )
  return { commit, files: files.map((file) => ({ ...file, ...known.get(file.name) })) }
}

/**
 * The files that a checkpoint folder needs: configuration, tokenizer, and one form of weights, safetensors where there are.
 *
 * @param listing what the model has
 * @param model named in messages
 * @failure checkpoint-unrecognized when there is no configuration, or no weights that are read
 */
export function checkpointFilesOf(listing: HubListing, model: HubModel): readonly HubFile[] {
  const { files } = listing
  const { id } = model
  const known = files.filter(({ name }) => isCheckpointFileName(name))
  const names = files.map(({ name }) => name)
  if (!names.includes('config.json'))
    throw new LabError(
      'checkpoint-unrecognized',
      `${id} has no config.json on the hub; it has ${someOf(names)}.`,
      'Choose a model whose page lists config.json and model.safetensors.',
    )
  const texts = known.filter(({ name }) => !/\.(safetensors|bin)(\.index\.json)?$/.test(name))
  const weights = [
    /^model\.safetensors$/,
    /^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/,
    /^pytorch_model\.bin$/,
    /^pytorch_model(-\d{5}-of-\d{5})?\.bin(\.index\.json)?$/,
  ]
    .map((pattern) => known.filter(({ name }) => pattern.test(name)))
    .find((found) => found.length > 0)
  if (weights === undefined)
    throw new LabError(
      'checkpoint-unrecognized',
      `${id} has no model.safetensors and no pytorch_model.bin on the hub; it has ${someOf(names)}.`,
      'Choose a model whose page lists one of them.',
    )
  // Texts first: what they rule out need not be fetched.
  return [...texts, ...weights]
}

const someOf = (names: readonly string[]): string =>
  names.length === 0 ? 'no files' : `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`

async function json<Value>(
  connection: HubConnection,
  model: HubModel,
  path: string,
  schema: z.ZodType<Value>,
): Promise<Value> {
  const answer = await askHub({ connection, model, path })
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of bytesOf(answer)) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > maxListingBytes) throw unreadable(connection, model, path)
  }
  try {
    return schema.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')))
  } catch {
    throw unreadable(connection, model, path)
  }
}

const unreadable = ({ endpoint }: HubConnection, { id }: HubModel, path: string): LabError =>
  new LabError(
    'hub-unreachable',
    `${endpoint} describes ${id} in a way that is not understood (${path}).`,
    'Check HF_ENDPOINT: the address of a hub is expected.',
  )
