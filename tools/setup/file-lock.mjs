/** A lock between processes: a file that names its holder, and that is taken over when the holder is gone. */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson } from './whole-or-nothing.mjs'

/** Milliseconds between two looks at a lock that another process holds. */
const lookAgainAfter = 150
/** Milliseconds between two signs of life of the holder. */
const signOfLifeEvery = 5_000
/**
 * Milliseconds without a sign of life after which the holder counts as gone. Its process number alone does not tell: it
 * may be another machine's or another container's, or meanwhile belong to someone else.
 */
const silentFor = 120_000

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
  const signsOfLife = setInterval(() => {
    utimes(path, new Date(), new Date(), () => undefined)
  }, signOfLifeEvery)
  try {
    return await work()
  } finally {
    clearInterval(signsOfLife)
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
  const own = `${path}.${hostname()}-${process.pid}`
  writeFileSync(own, JSON.stringify({ processNumber: process.pid, host: hostname() }))
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
  try {
    const text = readFileSync(path, 'utf8')
    const silence = Date.now() - statSync(path).mtimeMs
    const { processNumber = 0, host = '' } = /** @type {{ processNumber?: number, host?: string }} */ (
      readJson(path) ?? {}
    )
    const alive = silence < silentFor && (host !== hostname() || isAlive(processNumber))
    return { processNumber, alive, text }
  } catch {
    return undefined
  }
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
