/** JSON files of the data folder, checked as they are read. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { readFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'

/**
 * A JSON file's content as the schema describes it.
 *
 * @param path file to read
 * @param schema what it must hold
 * @failure not-found; file-unreadable when it is no JSON or lacks something, naming the first such place
 */
export function readStoredJson<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  return parseStoredJson(text, path, schema)
}

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
  const issue = parsed.error.issues[0]
  const place = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.')
  throw damaged(`${place}: ${issue?.message ?? 'not as expected'}.`, parsed.error)
}
