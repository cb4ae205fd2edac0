/** Starts Electron on this clone and waits for its end. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { findElectron } from '../setup/electron-location.mjs'
import { repositoryFolder } from '../setup/folders.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { say } from '../setup/step-report.mjs'

/**
 * What Electron must be told on this machine, before the app's folder.
 *
 * @returns {string[]} Chromium refuses to start its sandbox as root
 */
export function electronFlags() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

/**
 * What the app is told by its environment: training runs in plain Node, and this is the one that is known to work.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function windowEnvironment() {
  return { ADDROP_NODE: process.execPath, ...process.env }
}

/**
 * Opens the app.
 *
 * @param {readonly string[]} args handed on to the app
 * @returns {Promise<number>} its exit code
 * @throws {SetUpFailure} when Electron is missing or cannot be started
 */
export function runWindow(args) {
  const electron = findElectron()
  if (!electron)
    throw new SetUpFailure('Electron is missing: type "npm run setup" and run the same command again.')
  if (!electron.official) say(`opening in Electron ${electron.version}, a stand-in for development`)
  const child = spawn(electron.executable, [...electronFlags(), repositoryFolder, ...args], {
    env: windowEnvironment(),
    stdio: 'inherit',
  })
  return ended(child)
}

/**
 * Waits for a program, handing signals on to it.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code, or 128 and the signal's number as shells have it
 */
export function ended(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  return new Promise((finish, fail) => {
    child.on('error', (error) => {
      fail(
        new SetUpFailure(
          `Electron cannot be started (${error.message}): delete its folder named in that message and run the same command again.`,
        ),
      )
    })
    child.on('close', (code, signal) => {
      finish(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}
