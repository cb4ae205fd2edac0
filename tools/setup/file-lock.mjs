/** A lock between processes: a file that names its holder, and that is taken over when the holder is gone. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson } from './whole-or-nothing.mjs'

/** Milliseconds between two looks at a lock that another process holds. */
const lookAgainAfter = 150

/**
 * Does something while holding a lock; waits for whoever holds it now.
 *
 * @template T
 * @param {string} path the lock's file
 * @param {() => Promise<T>} work
 * @param {(holder: number) => void} [onWait] told once, with the holder's process number, when there is a wait
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait = () => undefined) {
  mkdirSync(dirname(path), { recursive: true })
  let told = false
  while (!tryToTake(path)) {
    const holder = holderOf(path)
    if (holder && !holder.alive) discard(path, holder.text)
    else {
      if (holder && !told) onWait(holder.processNumber)
      told = told || holder !== undefined
      await sleep(lookAgainAfter)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/**
 * Takes the lock if nobody has it. The file is linked into place with its content, so no one reads it half-written.
 *
 * @param {string} path
 * @returns {boolean}
 */
function tryToTake(path) {
  const own = `${path}.${process.pid}`
  writeFileSync(
    own,
    JSON.stringify({
      processNumber: process.pid,
      host: hostname(),
      taken: performance.timeOrigin + performance.now(),
    }),
  )
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * @param {string} path
 * @returns {{ processNumber: number, alive: boolean, text: string } | undefined} undefined when the lock is free
 */
function holderOf(path) {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const { processNumber, host } = /** @type {{ processNumber?: number, host?: string }} */ (
    readJson(path) ?? {}
  )
  // A holder on another machine (a shared home folder) cannot be asked whether it lives.
  const alive = processNumber !== undefined && (host !== hostname() || isAlive(processNumber))
  return { processNumber: processNumber ?? 0, alive, text }
}

/**
 * Removes the lock of a holder that is gone, unless another process was quicker and holds it by now.
 *
 * @param {string} path
 * @param {string} text what the lock of the dead holder says
 */
function discard(path, text) {
  const aside = `${path}.dead-${process.pid}`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path)
    rmSync(aside, { force: true })
  } catch {
    rmSync(aside, { force: true })
  }
}

/**
 * @param {number} processNumber
 * @returns {boolean}
 */
function isAlive(processNumber) {
  try {
    process.kill(processNumber, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
