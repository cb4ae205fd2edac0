/** Files that are something else than a table: named for what they are, with the step that helps. */

/** What a file is, as the rest of the sentence "the file is …", and what to do. */
export interface ForeignFormat {
  readonly what: string
  readonly hint: string
  /** Left out: file-binary. */
  readonly code?: 'git-lfs-pointer'
}

const unpack = 'Unpack it, and choose the .tsv, .csv or .jsonl files inside.'
const exportSheet = 'Open it in a spreadsheet program and save the sheet as "CSV UTF-8".'
const convert = 'Convert it to JSON Lines or CSV, in Python for instance with pandas: '
const notData = 'Choose the .tsv, .csv or .jsonl files that hold the examples.'

/** First bytes (as Latin-1), what has them, and the step. */
const signatures: readonly (readonly [string, ForeignFormat])[] = [
  ['\x1f\x8b', { what: 'a gzip archive', hint: unpack }],
  ['BZh', { what: 'a bzip2 archive', hint: unpack }],
  ['\xfd7zXZ', { what: 'an xz archive', hint: unpack }],
  ['\x28\xb5\x2f\xfd', { what: 'a Zstandard archive', hint: unpack }],
  ['7z\xbc\xaf', { what: 'a 7-Zip archive', hint: unpack }],
  ['Rar!', { what: 'a RAR archive', hint: unpack }],
  [
    'PAR1',
    {
      what: 'a Parquet file',
      hint: `${convert}read_parquet("…").to_json("…", orient="records", lines=True).`,
    },
  ],
  [
    'ARROW1',
    {
      what: 'an Arrow file',
      hint: `${convert}read_feather("…").to_json("…", orient="records", lines=True).`,
    },
  ],
  ['\xd0\xcf\x11\xe0', { what: 'an Excel or Word file of the old kind', hint: exportSheet }],
  ['%PDF', { what: 'a PDF', hint: notData }],
  ['\x89PNG', { what: 'a PNG image', hint: notData }],
  ['\xff\xd8\xff', { what: 'a JPEG image', hint: notData }],
  ['GIF8', { what: 'a GIF image', hint: notData }],
  ['SQLite format 3', { what: 'an SQLite database', hint: 'Export the table as CSV first.' }],
  [
    '\x89HDF',
    { what: 'an HDF5 file', hint: `${convert}read_hdf("…").to_json("…", orient="records", lines=True).` },
  ],
  ['\x93NUMPY', { what: 'a NumPy array', hint: notData }],
  ['Obj\x01', { what: 'an Avro file', hint: 'Convert it to JSON Lines first.' }],
  ['ORC', { what: 'an ORC file', hint: 'Convert it to JSON Lines or CSV first.' }],
  ['\x7fELF', { what: 'a program', hint: notData }],
  ['{\\rtf', { what: 'a rich text document', hint: 'Save it as plain text.' }],
]
/** A message of Arrow's stream: a mark, the length, the table's schema. */
const arrowStream = /^\xff{4}[^]{2}\0\0[\x0c\x10\x14]\0\0\0/
/** Eight bytes of length, then the JSON header. */
const safetensors = /^[^]{3}\0{5}\{"/
const pickle = /^\x80[\x02-\x05]/
/** What servers say instead of a file; the whole of it, or nearly. */
const serverMessage =
  /^\s*(?:404:? not found|not found|entry not found|(?:403:? )?forbidden|access denied|unauthorized|bad request|internal server error|invalid (?:username or password|credentials)[^\n]{0,80}|access to [^\n]{0,200} is restricted[^\n]{0,200}|[^\n]{0,80}rate limit exceeded[^\n]{0,200})\.?\s*$/i
const downloadAgain =
  'Open the address in a browser to see what is there (a login, a moved file), and download the file itself.'

/**
 * What the first bytes say, if the file is a known format that is not text.
 *
 * @param bytes content of the file
 */
export function foreignBinary(bytes: Buffer): ForeignFormat | null {
  const start = bytes.toString('latin1', 0, 64)
  if (/^PK(?:\x03\x04|\x05\x06)/.test(start)) return zipContent(bytes)
  if (bytes.toString('latin1', 257, 262) === 'ustar') return { what: 'a tar archive', hint: unpack }
  if (safetensors.test(start))
    return {
      what: 'a safetensors file, the weights of a model',
      hint: 'Add the folder it lies in as a checkpoint.',
    }
  if (arrowStream.test(start))
    return {
      what: 'an Arrow file of the datasets library',
      hint: 'Convert it to JSON Lines in Python: datasets.Dataset.from_file("…").to_json("…").',
    }
  if (pickle.test(start))
    return {
      what: 'a Python pickle',
      hint: `${convert}read_pickle("…").to_json("…", orient="records", lines=True).`,
    }
  // "ORC" and "GIF8" could begin a text; what they begin has bytes that no text has.
  const found = signatures.find(([signature]) => start.startsWith(signature))
  if (found === undefined) return null
  const isAscii = /^[\x20-\x7e\t\r\n]*$/.test(start)
  return isAscii && /^(?:ORC|GIF8|BZh|Rar!|Obj|PAR1|ARROW1)/.test(start) ? null : found[1]
}

function zipContent(bytes: Buffer): ForeignFormat {
  const names = bytes.toString('latin1', 0, 4096) + bytes.toString('latin1', Math.max(0, bytes.length - 4096))
  if (names.includes('xl/')) return { what: 'an Excel workbook', hint: exportSheet }
  if (names.includes('opendocument.spreadsheet'))
    return { what: 'an OpenDocument spreadsheet', hint: exportSheet }
  if (names.includes('word/')) return { what: 'a Word document', hint: notData }
  return { what: 'a ZIP archive', hint: unpack }
}

/**
 * What a text is, if it is a known form that holds no table.
 *
 * @param text the file's text
 */
export function foreignText(text: string): ForeignFormat | null {
  const start = text.slice(0, 2048).trimStart()
  if (/^version https:\/\/git-lfs\.github\.com\/spec\//.test(start))
    return {
      what: 'a Git LFS pointer: three lines in place of the file',
      code: 'git-lfs-pointer',
      hint: 'Run "git lfs pull" in its repository, or download the file from its page.',
    }
  if (/^(?:<!--[\s\S]*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(start)) {
    const title = /<title[^>]*>([^<]{1,80})/i.exec(text.slice(0, 20_000))?.[1]?.trim()
    return {
      what: `a web page${title === undefined || title === '' ? '' : ` ("${title}")`}, not the file it was to be`,
      hint: downloadAgain,
    }
  }
  if (/^<(?:table|div|style)\b/i.test(start) && /<table\b/i.test(text.slice(0, 20_000)))
    return {
      what: 'an HTML table',
      hint: `${exportSheet.slice(0, -1)}, or convert it with pandas: read_html("…")[0].to_csv("…", index=False).`,
    }
  if (/<\?mso-application progid="Excel|<Workbook\b/i.test(start))
    return { what: 'an Excel workbook in XML', hint: exportSheet }
  if (/^<\?xml|^<[a-z][\w:-]*(?:\s[^>]*)?>/i.test(start))
    return { what: 'XML', hint: 'Convert it to CSV or JSON Lines first.' }
  if (text.length < 600 && serverMessage.test(text))
    return { what: `a server's message ("${text.trim().slice(0, 60)}"), not the file`, hint: downloadAgain }
  return null
}
