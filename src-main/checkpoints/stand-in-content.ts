/** Files that stand where another should be: pointers, saved web pages, archives. Told by how they begin. */

/** What a file is instead, and the step that brings the right one. */
export interface StandIn {
  /** Ends a sentence that begins with the file's name. */
  readonly finding: string
  readonly hint: string
  /** Whether it is a Git LFS pointer, which has a failure code of its own. */
  readonly isLfsPointer: boolean
}

/** As many bytes as are looked at. */
export const standInBytes = 1024

const other = (finding: string, hint: string): StandIn => ({ finding, hint, isLfsPointer: false })
const again = 'Download the file again, logged in where the model asks for it.'

/** Beginnings of binary files as hexadecimal digits. */
const magics: readonly (readonly [string, StandIn])[] = [
  [
    '504b0304',
    other(
      'is a zip archive, as PyTorch’s .bin files are',
      'Download the file again; if it holds the weights, rename it to pytorch_model.bin.',
    ),
  ],
  [
    '8002',
    other(
      'is a Python pickle',
      'Download the file again; if it holds the weights, rename it to pytorch_model.bin.',
    ),
  ],
  ['1f8b', other('is a gzip archive', 'Unpack it first.')],
  [
    '89484446',
    other(
      'is an HDF5 file, as TensorFlow’s .h5 files are',
      'Convert the weights: load them with from_pretrained(…, from_tf=True) and save_pretrained(…, safe_serialization=True).',
    ),
  ],
  [
    '47475546',
    other(
      'is a GGUF file',
      'Download the model’s safetensors file; GGUF holds rounded weights that cannot be trained.',
    ),
  ],
]

/**
 * What a file is instead of a checkpoint's, where its beginning tells; null when it may be what it is called.
 *
 * @param beginning its first bytes, at most `standInBytes`
 */
export function standInContent(beginning: Uint8Array): StandIn | null {
  const text = Buffer.from(beginning)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
  const lfs = /^version https?:\/\/\S*(?:git-lfs|hawser)\S*\/spec\/[\s\S]*?(?:\nsize (\d+)|$)/.exec(text)
  if (lfs !== null) {
    const size =
      lfs[1] === undefined ? '' : ` (the file itself has ${Number(lfs[1]).toLocaleString('en-US')} bytes)`
    return {
      finding: `is a Git LFS pointer, not the file itself${size}`,
      hint: 'Run “git lfs pull” in the folder, or download the file again.',
      isLfsPointer: true,
    }
  }
  if (/^(?:\.\.\/)*(?:\.git)?\/annex\/objects\//.test(text))
    return other(
      'is a git-annex pointer, not the file itself',
      'Run “git annex get” in the folder, or download the file again.',
    )
  if (/^\s*<(?:!doctype|html|\?xml|head|body)/i.test(text))
    return other('is a web page, not the file itself', again)
  if (
    /^\s*(?:entry not found|access to model|repository not found|not found|forbidden|unauthorized|invalid username)/i.test(
      text,
    )
  )
    return other(`is the message “${text.trim().slice(0, 60)}”, not the file itself`, again)
  const digits = Buffer.from(beginning.subarray(0, 4)).toString('hex')
  return magics.find(([magic]) => digits.startsWith(magic))?.[1] ?? null
}
