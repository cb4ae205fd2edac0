/** Text inside HTML and SVG. */
import { visibleText } from '@shared/text/visible-text.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text that shows as itself in element content and in quoted attributes.
 *
 * @param text anything
 */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
