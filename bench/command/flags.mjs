/** Flags of a command, declared once: reading, defaults, checks and help. */
import { parseArgs } from 'node:util'
import { BenchFailure, exitCodes } from './bench-failure.mjs'

/**
 * @typedef {object} Flag
 * @property {'text' | 'whole' | 'list' | 'switch'} kind `whole`: a whole number; `list`: parted by commas
 * @property {string} help what it sets, for a person
 * @property {string | number | readonly string[]} [default] left out: undefined (a switch: false)
 * @property {readonly string[]} [choices] values that a text, or each of a list, may have
 * @property {number} [least] least value of a number; 1 if left out
 */

/** @typedef {Record<string, any>} FlagValues by the flags' names, as declared */

/**
 * Reads a command's arguments.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, Flag>>} flags by name, without the dashes
 * @returns {FlagValues}
 * @throws {BenchFailure} wrong usage
 */
export function readFlags(args, flags) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { kind }]) => [
      name,
      { type: kind === 'switch' ? /** @type {const} */ ('boolean') : /** @type {const} */ ('string') },
    ]),
  )
  const given = parse(args, options)
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, valueOf(name, flag, given[name])]),
  )
}

/**
 * @param {readonly string[]} args
 * @param {Record<string, { type: 'boolean' | 'string' }>} options
 * @returns {Record<string, unknown>}
 */
function parse(args, options) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw wrongUsage(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/**
 * @param {string} name
 * @param {Flag} flag
 * @param {unknown} given
 * @returns {unknown}
 */
function valueOf(name, flag, given) {
  if (given === undefined) return flag.kind === 'switch' ? false : flag.default
  switch (flag.kind) {
    case 'switch':
      return given === true
    case 'whole':
      return wholeNumber(name, flag.least ?? 1, String(given))
    case 'list':
      return String(given)
        .split(',')
        .map((value) => chosen(name, flag, value.trim()))
    case 'text':
      return chosen(name, flag, String(given))
  }
}

/**
 * @param {string} name
 * @param {number} least
 * @param {string} text
 * @returns {number}
 */
function wholeNumber(name, least, text) {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least) return value
  throw wrongUsage(`--${name} ${text}: expected a whole number of at least ${least}`)
}

/**
 * @param {string} name
 * @param {Flag} flag
 * @param {string} value
 * @returns {string}
 */
function chosen(name, { choices }, value) {
  if (value !== '' && (!choices || choices.includes(value))) return value
  throw wrongUsage(`--${name} "${value}": expected ${choices ? choices.join(', ') : 'a value'}`)
}

/**
 * @param {string} sentence
 * @returns {BenchFailure}
 */
export function wrongUsage(sentence) {
  return new BenchFailure(`${sentence} (--help lists the flags).`, exitCodes.wrongUsage)
}

/**
 * What `--help` prints.
 *
 * @param {string} purpose
 * @param {Readonly<Record<string, Flag>>} flags
 * @returns {string}
 */
export function helpText(purpose, flags) {
  const sample = { text: ' TEXT', whole: ' N', list: ' A,B', switch: '' }
  const lines = Object.entries(flags).map(([name, flag]) => {
    const standard = flag.default === undefined ? '' : ` (default: ${String(flag.default)})`
    const choices = flag.choices ? `: ${flag.choices.join(', ')}` : ''
    return `  ${`--${name}${sample[flag.kind]}`.padEnd(26)} ${flag.help}${choices}${standard}`
  })
  return `${purpose}\n\n${lines.join('\n')}\n`
}
