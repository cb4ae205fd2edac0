/** Why a piece of text is no JSON object, in words that name the defect. */

/**
 * The reason and what to write instead, as a sentence.
 *
 * @param text the piece, without white space around it
 */
export function whyNotJson(text: string): string {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  if (/\},$/.test(text) && isJson(text.slice(0, -1)))
    return 'A comma follows the object; in JSON Lines there is none. Delete it.'
  if (/^\/[/*]/.test(text)) return 'The line is a comment, which JSON does not know. Delete it.'
  if (isJson(text) && /^"\s*\{/.test(text))
    return 'The line is JSON inside a text: it was encoded twice. Encode it once.'
  const literal = /(?<![\w"])(-?(?:NaN|Infinity)|nan|None|True|False|undefined)(?![\w"])/.exec(outside)?.[1]
  if (literal !== undefined) return `The line has ${literal}, which JSON does not know. ${insteadOf(literal)}`
  if (/,\s*[}\]]/.test(outside)) return 'A comma follows the last entry of an object or list. Delete it.'
  if (/[{,]\s*'/.test(outside))
    return 'Keys and texts are in single quotes; JSON has double ones. Write them with a JSON library.'
  if (/\}\s*\{/.test(outside)) return 'Several objects stand on one line. Write each on a line of its own.'
  if (/^[{[]/.test(text) && balance(outside) > 0) return `An object or list is not closed: ${shown(text)}`
  if (isJson(text)) return `The line is ${kindOf(text)}, not a JSON object: ${shown(text)}`
  return `The line is not a JSON object: ${shown(text)}`
}

function insteadOf(literal: string): string {
  if (literal === 'True' || literal === 'False') return `Write ${literal.toLowerCase()}.`
  return 'Write null, or leave the key out.'
}

function balance(outside: string): number {
  const count = (signs: RegExp): number => outside.match(signs)?.length ?? 0
  return count(/[{[]/g) - count(/[}\]]/g)
}

function kindOf(text: string): string {
  if (text.startsWith('[')) return 'a list'
  return text.startsWith('"') ? 'a text' : 'a single value'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
