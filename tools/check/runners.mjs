/** Everything that `npm test` runs, in order, each as a process of its own. */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale } from '../build/build-if-stale.mjs'
import { programOf } from '../build/package-program.mjs'
import { cloneStateFolder, repositoryFolder } from '../setup/folders.mjs'
import { npmCommand } from '../setup/npm-packages.mjs'
import { sentenceFor, SetUpFailure } from '../setup/set-up-failure.mjs'
import { readJson } from '../setup/whole-or-nothing.mjs'
import { auditShippedPackages } from '../supply-chain/known-vulnerabilities.mjs'
import { countCheck, countPlaywright, countVitest, judgeRunner } from './counts.mjs'
import { runDesktopTests } from './desktop-tests.mjs'

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * @typedef {object} Runner
 * @property {'static' | 'unit' | 'desktop'} group
 * @property {string} title
 * @property {() => Promise<Counts>} run
 */

/** @type {readonly Runner[]} */
export const runners = [
  { group: 'static', title: 'formatting', run: () => runScript('format') },
  { group: 'static', title: 'lint', run: () => runScript('lint') },
  { group: 'static', title: 'types', run: () => runScript('types') },
  { group: 'static', title: 'import directions', run: () => runScript('boundaries') },
  { group: 'static', title: 'dead code', run: () => runScript('unused') },
  { group: 'static', title: 'vulnerabilities', run: runAudit },
  { group: 'unit', title: 'unit tests', run: runVitest },
  { group: 'desktop', title: 'build', run: runBuild },
  { group: 'desktop', title: 'desktop tests', run: runPlaywright },
]

/**
 * One of package.json's scripts.
 *
 * @param {string} script
 * @returns {Promise<Counts>}
 */
async function runScript(script) {
  const [command, ...first] = npmCommand()
  return countCheck(await runVisibly(command, [...first, 'run', '--silent', script]))
}

/**
 * Warns of known vulnerabilities; counts as skipped where the registry gives no report.
 *
 * @returns {Promise<Counts>}
 */
async function runAudit() {
  const { known, lines } = await auditShippedPackages()
  process.stdout.write(`${lines.join('\n')}\n`)
  return known ? countCheck(true) : { passed: 0, failed: 0, skipped: 1 }
}

/** @returns {Promise<Counts>} */
async function runVitest() {
  const report = freshReport('vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ok = await runVisibly(process.execPath, [programOf('vitest'), 'run', ...reporters])
  const result = /** @type {import('./counts.mjs').VitestReport | undefined} */ (readJson(report))
  return judgeRunner(result && countVitest(result), ok)
}

/** @returns {Promise<Counts>} */
async function runBuild() {
  try {
    await buildIfStale()
    return countCheck(true)
  } catch (error) {
    const details = error instanceof SetUpFailure ? error.details : ''
    process.stdout.write(`${details}${sentenceFor(error)}\n`)
    return countCheck(false)
  }
}

/** @returns {Promise<Counts>} */
async function runPlaywright() {
  const report = freshReport('playwright.json')
  const variables = { PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  const ok = await runDesktopTests(['--reporter=list,json'], variables, runVisibly)
  const result = /** @type {import('./counts.mjs').PlaywrightReport | undefined} */ (readJson(report))
  return judgeRunner(result && countPlaywright(result), ok)
}

/**
 * Where a runner leaves its report; an older one is deleted.
 *
 * @param {string} name
 * @returns {string}
 */
function freshReport(name) {
  const path = join(cloneStateFolder, 'reports', name)
  rmSync(path, { force: true })
  return path
}

/**
 * Runs a program whose output is for the person.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<boolean>} whether it ended with 0
 */
function runVisibly(command, args, env = process.env) {
  return new Promise((finish) => {
    const child = spawn(command, args, {
      cwd: repositoryFolder,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', (error) => {
      process.stdout.write(
        `${command} cannot be started (${error.message}): install it and run the same command again.\n`,
      )
      finish(false)
    })
    child.on('close', (code) => {
      finish(code === 0)
    })
  })
}
