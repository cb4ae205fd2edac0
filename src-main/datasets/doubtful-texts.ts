/** Texts that are read as they stand although they may be meant otherwise: the person is told. */
import type { Example } from '@shared/results/dataset-summary.ts'

/** Pairs of signs that some writers put around every text, and how a message calls them. */
const wrappings: readonly (readonly [RegExp, string])[] = [
  [/^'[^]*'$/, 'in single quotes'],
  [/^[“„«][^]*[”“»]$/, 'in typographic quotes'],
  [/^="[^]*"$/, 'in a spreadsheet’s formula (="…")'],
  [/^b(?:'[^]*'|"[^]*")$/, "in the form of Python bytes (b'…')"],
]
/** UTF-8 that was read as windows-1252 and written again: é, ’ and “ as two or three signs. */
const misread = /Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ˜“”¦\u009d]/
/** Share of texts from which on they say something about the file. */
const leastShare = 0.005
/** What spreadsheets write where a text was taken for a formula. */
const spreadsheetError = /^#(?:NAME\?|REF!|VALUE!|DIV\/0!|NULL!|NUM!|N\/A)$/

/**
 * Notes on the texts of one split.
 *
 * @param examples of the split
 */
export function doubtfulTexts(examples: readonly Example[]): readonly string[] {
  const notes: string[] = []
  const [first] = examples
  const wrapping = wrappings.find(([form]) => first !== undefined && form.test(first.text))
  if (wrapping !== undefined && examples.length > 1 && examples.every(({ text }) => wrapping[0].test(text)))
    notes.push(`Every text stands ${wrapping[1]}, which was kept as part of it.`)
  const tell = (form: RegExp, what: string): void => {
    const found = examples.filter(({ text, pair }) => form.test(text) || form.test(pair ?? ''))
    const [one] = found
    // A few are the data's own: GLUE has some.
    if (one === undefined || found.length < examples.length * leastShare) return
    const shown = form.test(one.text) ? one.text : (one.pair ?? '')
    notes.push(
      `${found.length === 1 ? '1 text has' : `${found.length} texts have`} ${what}, such as "${around(shown, form)}".`,
    )
  }
  tell(misread, 'signs that UTF-8 gives when it is read in another encoding')
  tell(/\uFFFD/, 'the replacement character (U+FFFD), where a character was lost before')
  tell(spreadsheetError, 'the error of a spreadsheet in its place')
  return notes
}

/** The place in the text, short. */
function around(text: string, form: RegExp): string {
  const at = text.search(form)
  const start = Math.max(0, at - 20)
  return `${start > 0 ? '…' : ''}${text.slice(start, at + 20).replace(/\s+/g, ' ')}${at + 20 < text.length ? '…' : ''}`
}
