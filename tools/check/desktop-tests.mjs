/** The desktop tests under Playwright: with a display of their own where there is none, as an ordinary user. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programOf } from '../build/package-program.mjs'
import { repositoryFolder } from '../setup/folders.mjs'
import { ordinaryUser } from './ordinary-user.mjs'

/** Whether the desktop tests need a display of their own. Electron's X11 is meant: a Wayland desktop has an X server too. */
export const needsVirtualDisplay = process.platform === 'linux' && !process.env['DISPLAY']

/**
 * Runs the desktop tests.
 *
 * @param {readonly string[]} args handed on to Playwright, such as the names of journeys
 * @param {Record<string, string>} variables environment variables besides this process's
 * @param {(command: string, args: readonly string[], env: NodeJS.ProcessEnv) => Promise<boolean>} run runs a program whose
 *   output is for the person
 * @returns {Promise<boolean>} whether every test passed
 */
export async function runDesktopTests(args, variables, run) {
  // The ordinary user may write only into folders that exist when the clone belongs to someone else.
  mkdirSync(join(repositoryFolder, 'test-results'), { recursive: true })
  const { prefix, sandboxOffBecause } = await ordinaryUser()
  if (sandboxOffBecause !== null) process.stdout.write(`Chromium’s sandbox is off: ${sandboxOffBecause}.\n`)
  const screen = needsVirtualDisplay ? mkdtempSync(join(tmpdir(), 'addrop-lab-screen-')) : undefined
  const env = {
    ...process.env,
    ...variables,
    ...(sandboxOffBecause === null ? {} : { ADDROP_SANDBOX_OFF: sandboxOffBecause }),
    ...(screen ? { ADDROP_SCREEN: join(screen, 'Xvfb_screen0') } : {}),
  }
  const playwright = [
    process.execPath,
    programOf('@playwright/test', 'playwright'),
    'test',
    '-c',
    'e2e/playwright.config.ts',
    ...args,
  ]
  const display = screen ? ['xvfb-run', '-a', '-s', `-screen 0 1600x1200x24 -fbdir ${screen}`] : []
  const [command = '', ...rest] = [...display, ...prefix, ...playwright]
  try {
    return await run(command, rest, env)
  } finally {
    if (screen) rmSync(screen, { recursive: true, force: true })
  }
}
