/** A flaw that a checkpoint folder may have, and the tools to give it one. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What must come of a flaw. */
export type FlawOutcome =
  /** Refused, with a message that matches. */
  | { readonly kind: 'refused'; readonly code: string; readonly says: RegExp }
  /** Registered with a warning, or with a remark on the classifier, that matches. */
  | { readonly kind: 'warned'; readonly says: RegExp }
  /** Registered, and it computes the same as the whole checkpoint. */
  | { readonly kind: 'harmless' }

/** One kind of flaw. */
export interface Flaw {
  readonly name: string
  readonly outcome: FlawOutcome
  /**
   * Gives a whole checkpoint the flaw.
   *
   * @param folder a copy of the whole checkpoint
   * @param random draws a whole number from 0 to below `count`
   * @returns what a person would choose; the folder itself when nothing is returned
   */
  readonly apply: (folder: string, random: (count: number) => number) => string | void
}

/** A flaw that is refused. */
export const refused = (name: string, code: string, says: RegExp, apply: Flaw['apply']): Flaw => ({
  name,
  outcome: { kind: 'refused', code, says },
  apply,
})

/** A flaw that is told and not refused. */
export const warned = (name: string, says: RegExp, apply: Flaw['apply']): Flaw => ({
  name,
  outcome: { kind: 'warned', says },
  apply,
})

/** Another way to write the same checkpoint. */
export const harmless = (name: string, apply: Flaw['apply']): Flaw => ({
  name,
  outcome: { kind: 'harmless' },
  apply,
})

/** A tensor as it lies in a file. */
export interface RawTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Buffer
}

/**
 * Tensors of a safetensors file, in the order of their places.
 *
 * @param path the file
 */
export function rawTensors(path: string): RawTensor[] {
  const file = readFileSync(path)
  const length = Number(file.readBigUInt64LE())
  const head = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  return Object.entries(head)
    .filter(([name]) => name !== '__metadata__')
    .sort(([, left], [, right]) => left.data_offsets[0] - right.data_offsets[0])
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => ({
        name,
        dtype,
        shape,
        bytes: Buffer.from(file.subarray(8 + length + start, 8 + length + end)),
      }),
    )
}

/**
 * Writes a safetensors file with whatever it is told to hold.
 *
 * @param path the file
 * @param tensors its tensors
 * @param changeHead changes the head's text before it is written
 */
export function writeRawTensors(
  path: string,
  tensors: readonly RawTensor[],
  changeHead: (text: string) => string = (text) => text,
): void {
  const head: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let start = 0
  for (const { name, dtype, shape, bytes } of tensors) {
    head[name] = { dtype, shape, data_offsets: [start, start + bytes.length] }
    start += bytes.length
  }
  const text = Buffer.from(changeHead(JSON.stringify(head)))
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  writeFileSync(path, Buffer.concat([length, padded, ...tensors.map(({ bytes }) => bytes)]))
}

/** The file with the weights. */
export const weightsFile = 'model.safetensors'

/**
 * Changes the tensors of a checkpoint.
 *
 * @param folder the checkpoint
 * @param change from the tensors to those to be written
 */
export function changeTensors(folder: string, change: (tensors: RawTensor[]) => readonly RawTensor[]): void {
  const path = join(folder, weightsFile)
  writeRawTensors(path, change(rawTensors(path)))
}

/**
 * Changes a JSON file of a checkpoint; keys set to undefined are left out.
 *
 * @param folder the checkpoint
 * @param name the file
 * @param changes keys and their new values
 */
export function changeJson(folder: string, name: string, changes: Readonly<Record<string, unknown>>): void {
  const path = join(folder, name)
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  writeFileSync(path, JSON.stringify({ ...value, ...changes }, null, 2))
}

/**
 * Changes a text file of a checkpoint.
 *
 * @param folder the checkpoint
 * @param name the file
 * @param change from the text to the content to be written
 */
export function changeText(folder: string, name: string, change: (text: string) => string | Buffer): void {
  const path = join(folder, name)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/** A Git LFS pointer. */
export const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 437955512\n`
