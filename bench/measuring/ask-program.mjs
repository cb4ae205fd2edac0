/** Runs a program that answers with one JSON document on standard output. */
import { spawn } from 'node:child_process'
import { BenchFailure, exitCodes } from '../command/bench-failure.mjs'

/** How much of what a program says on standard error is kept for the case that it fails, in characters. */
const keptComplaint = 16 * 1024

/**
 * @typedef {object} Question
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] variables laid over this process's own
 */

/**
 * @typedef {object} Answer
 * @property {any} document undefined when there is none
 * @property {string | undefined} trouble why there is no usable answer; undefined when there is one
 */

/**
 * Runs a program to its end.
 *
 * @param {Question} question
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 * @throws {BenchFailure} when the signal came; the program has ended by then
 */
export async function askProgram({ command, args, env }, signal) {
  if (signal.aborted) throw interrupted()
  const { code, output, complaint } = await run(command, args, { ...process.env, ...env }, signal)
  if (signal.aborted) throw interrupted()
  const document = readDocument(output)
  if (code === 0 && document !== undefined) return { document, trouble: undefined }
  return { document: undefined, trouble: troubleOf(document, code, complaint) }
}

/**
 * The JSON document in a program's output: all of it, or the last line.
 *
 * @param {string} output
 * @returns {any} undefined when there is none
 */
export function readDocument(output) {
  for (const text of [output, output.trimEnd().split('\n').at(-1) ?? '']) {
    try {
      return JSON.parse(text)
    } catch {
      // The next one may be.
    }
  }
  return undefined
}

/**
 * Why a program failed, in one line.
 *
 * @param {any} document
 * @param {number | string} code its exit code, or the signal that ended it
 * @param {string} complaint
 * @returns {string}
 */
export function troubleOf(document, code, complaint) {
  const error = document?.error
  if (typeof error?.message === 'string') return [error.message, error.hint].filter(Boolean).join(' ')
  const last = complaint.trimEnd().split('\n').at(-1)?.trim()
  return last || (code === 0 ? 'it answered no JSON' : `it ended with ${code}`)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal
 * @returns {Promise<{ code: number | string, output: string, complaint: string }>}
 */
function run(command, args, env, signal) {
  return new Promise((finish) => {
    let output = ''
    let complaint = ''
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => {
      child.kill('SIGTERM')
    }
    signal.addEventListener('abort', stop)
    child.stdout.on('data', (chunk) => {
      output += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      complaint = (complaint + String(chunk)).slice(-keptComplaint)
    })
    child.on('error', (error) => {
      complaint += error.message
    })
    child.on('close', (code, killer) => {
      signal.removeEventListener('abort', stop)
      finish({ code: code ?? killer ?? 1, output, complaint })
    })
  })
}

/** @returns {BenchFailure} */
function interrupted() {
  return new BenchFailure(
    'Interrupted: the rounds so far are in the --json file, if one was named.',
    exitCodes.interrupted,
  )
}
