/** Points in time as text, in the machine's time zone. */
import { missing } from './numbers.ts'

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/**
 * A point in time, to the second.
 *
 * @param iso ISO 8601; null is missing
 */
export function formatDateTime(iso: string | null | undefined): string {
  const date = parse(iso)
  return date === null ? missing : full.format(date)
}

/**
 * How long ago something was: just now, 12 min ago, 14:32 today, otherwise day and time.
 *
 * @param iso ISO 8601; null is missing
 * @param now milliseconds since 1970
 */
export function formatAgo(iso: string | null | undefined, now: number): string {
  const date = parse(iso)
  if (date === null) return missing
  const seconds = (now - date.getTime()) / 1000
  if (seconds < 60 && seconds > -60) return 'just now'
  if (seconds > 0 && seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (new Date(now).toDateString() === date.toDateString()) return `today, ${time.format(date)}`
  return dayAndTime.format(date)
}

function parse(iso: string | null | undefined): Date | null {
  if (iso == null) return null
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? null : date
}
