/** Runs another program to its end, keeping what it prints for the case that it fails. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How much of a program's output is kept, in characters: enough for the end of a compiler's complaint. */
const keptOutput = 64 * 1024

/**
 * @typedef {object} Outcome
 * @property {boolean} ok whether the program ran and ended with 0
 * @property {string} output the end of what it printed, both streams together
 */

/**
 * Runs a program quietly. Never throws: a program that cannot be started is an outcome too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options]
 * @returns {Promise<Outcome>}
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((finish) => {
    let output = ''
    /** @param {Buffer | string} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-keptOutput)
    }
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => {
      keep(`${error.message}\n`)
      finish({ ok: false, output })
    })
    child.on('close', (code, signal) => {
      if (signal) keep(`ended by ${signal}\n`)
      finish({ ok: code === 0, output })
    })
  })
}

/**
 * Where a program lies on the search path.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const candidates =
    name.includes('/') || name.includes('\\')
      ? [name]
      : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
