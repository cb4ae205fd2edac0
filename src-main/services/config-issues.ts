/** Schema issues as sentences that name the setting, what was found and what is needed. */
import type { z } from 'zod'
import { LabError } from '@shared/failures/failure.ts'

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const name = issue.path.length === 0 ? 'the description' : issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return `${name}: unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${shortened(issue.keys.map((key) => `"${key}"`).join(', '))}`
  const found = JSON.stringify(valueAt(input, issue.path))
  return `${name}: ${issue.message}${found === undefined ? ' (it is missing)' : ` (found ${shortened(found)})`}`
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)

/** Issues that one message lists; a file that is something else altogether can have thousands. */
const mostIssues = 20

/**
 * The failure for a description that its schema refused; lists the issues, not only the first.
 *
 * @param what what was being read, such as `Run config "rte.json"`
 * @param error the schema's answer
 * @param input what was read
 */
export function invalidConfig(what: string, error: z.ZodError, input: unknown): LabError {
  const issues = error.issues.slice(0, mostIssues).map((issue) => describeIssue(issue, input))
  const rest = error.issues.length - issues.length
  if (rest > 0) issues.push(`and ${rest.toLocaleString('en-US')} more`)
  return new LabError(
    'invalid-config',
    `${what} is not valid: ${issues.join('; ')}.`,
    'Correct the settings named here; every key and range is listed in docs/, and left-out keys take their defaults.',
  )
}
