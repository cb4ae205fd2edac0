/** Numbers, and texts in a notation of their own, as a person types them. */
import type { z } from 'zod'

/**
 * What is wrong with a number that was typed; empty when it fits.
 *
 * @param schema of the setting
 * @param text as typed
 * @param isOptional an empty text means that there is none
 */
export function typedNumberProblem(schema: z.ZodType, text: string, isOptional: boolean): string {
  if (text.trim() === '') return isOptional ? '' : 'A number is needed.'
  const value = Number(text)
  if (!Number.isFinite(value))
    return /^\s*-?\d+,\d+\s*$/.test(text)
      ? `Write “${text.trim().replace(',', '.')}”, with a point.`
      : `“${text}” is no number.`
  const issue = schema.safeParse(value).error?.issues[0]
  return issue === undefined ? '' : issueText(issue)
}

/**
 * What is wrong with a text in a notation of its own; empty when it fits.
 *
 * @param schema of the setting
 * @param text as typed
 */
export function typedTextProblem(schema: z.ZodType, text: string): string {
  const issue = schema.safeParse(text).error?.issues[0]
  return issue === undefined ? '' : issueText(issue)
}

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must')) return `It ${issue.message}.`
  switch (issue.code) {
    case 'too_small':
      return issue.inclusive === false
        ? `It must be greater than ${issue.minimum}.`
        : `It must be at least ${issue.minimum}.`
    case 'too_big':
      return issue.inclusive === false
        ? `It must be less than ${issue.maximum}.`
        : `It must be at most ${issue.maximum}.`
    case 'invalid_type':
      return 'It must be a whole number.'
    default:
      return `${issue.message}.`
  }
}
