/** JSON files of the data folder, checked as they are written and as they are read. */
import { z } from 'zod'
import { readFailure } from '@main/platform/disk-failure.ts'
import { readFileText } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { LabError } from '@shared/failures/failure.ts'
import { toJson } from '@shared/results/recorded-number.ts'

/**
 * A value as the JSON text that its file keeps. The one way to write what is read again: no number turns into null, and
 * nothing is written that the schema could not read.
 *
 * @param value what to store
 * @param schema as whose form it will be read
 * @param indent spaces of indentation; 0 for one line
 * @throws Error when the schema would not read it: a defect of the program, found before the file is touched
 */
export function storedJson<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  indent: 0 | 2 = 2,
): string {
  const text = toJson(value, indent)
  const parsed = schema.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error(`This cannot be stored: ${z.prettifyError(parsed.error)}`)
  return `${text}\n`
}

/**
 * A JSON file's content as the schema describes it.
 *
 * @param path file to read
 * @param schema what it must hold
 * @param calls file-system calls; tests replace them
 * @failure not-found; file-unreadable when it is no JSON or lacks something, naming the first such place
 */
export function readStoredJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  calls: FileCalls = nodeFileCalls,
): z.output<Schema> {
  let text: string
  try {
    text = readFileText(path, calls)
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  return parseStoredJson(text, path, schema)
}

/** Version of what this lab stores; older forms are read by the schemas' defaults. */
const newestVersion = 1

/**
 * JSON text of a file as the schema describes it.
 *
 * @param text the file's content
 * @param path where it came from, for the message
 * @param schema what it must hold
 * @failure file-unreadable
 */
export function parseStoredJson<Schema extends z.ZodType>(
  text: string,
  path: string,
  schema: Schema,
): z.output<Schema> {
  const damaged = (detail: string, cause?: unknown): LabError =>
    new LabError(
      'file-unreadable',
      `${path} is damaged: ${detail}`,
      'Restore the file from a backup, or remove its entry.',
      {
        cause,
      },
    )
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw damaged('it is not complete JSON.', thrown)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const version = z.looseObject({ schemaVersion: z.int().min(newestVersion + 1) }).safeParse(value)
  if (version.success)
    throw new LabError(
      'file-unreadable',
      `${path} was written by a newer lab: its schemaVersion is ${version.data.schemaVersion}, and this lab reads up to ${newestVersion}.`,
      'Use the newer lab for this data folder.',
    )
  const issue = parsed.error.issues[0]
  const place = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.')
  throw damaged(`${place}: ${issue?.message ?? 'not as expected'}.`, parsed.error)
}
