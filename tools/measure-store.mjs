/**
 * How long the lab takes with a large data folder: commands as a person types them, and the app from its start to the list of
 * runs. From the repository's root, built (`npm run build`) and on an idle machine:
 *
 *   node tools/made-store.mjs FOLDER many
 *   node tools/measure-store.mjs FOLDER [--app] [--rounds 5]
 *
 * `--app` needs a display (`xvfb-run -a` makes one). Prints one line a measurement: what, median, least and most milliseconds.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { _electron } from '@playwright/test'

const root = fileURLToPath(new URL('..', import.meta.url))
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { app: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
const [folder] = positionals
if (folder === undefined) throw new Error('Usage: node tools/measure-store.mjs FOLDER [--app] [--rounds N]')
const home = resolve(folder)
const rounds = Number(values.rounds)
const studies = readdirSync(join(home, 'studies')).sort()
const env = { ...process.env, LAB_HOME: home, ADDROP_TEST: '1' }
delete env['ELECTRON_RUN_AS_NODE']

/**
 * @param {string} what
 * @param {readonly number[]} milliseconds
 */
function report(what, milliseconds) {
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const at = (/** @type {number} */ place) => Math.round(sorted[place] ?? NaN)
  console.log(`${what}: ${at(Math.floor(sorted.length / 2))} ms (${at(0)} to ${at(sorted.length - 1)})`)
}

/** @param {readonly string[]} args */
function timeLab(...args) {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'out/main/lab.cjs'), ...args], {
    env,
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`lab ${args.join(' ')} failed: ${stderr}`)
  return performance.now() - begin
}

/** @param {() => number} measure */
const repeated = (measure) => Array.from({ length: rounds }, measure)

function measureCommands() {
  for (const name of readdirSync(home)) if (name.startsWith('index.sqlite')) rmSync(join(home, name))
  report(
    'lab --version (the program alone)',
    repeated(() => timeLab('--version')),
  )
  report('lab runs, without an index', [timeLab('runs', '--json')])
  report(
    'lab runs',
    repeated(() => timeLab('runs', '--json')),
  )
  report(
    'lab compare, 1 study',
    repeated(() => timeLab('compare', studies[0] ?? '', '--json')),
  )
  report(
    `lab compare, ${studies.length} studies`,
    repeated(() => timeLab('compare', ...studies, '--json')),
  )
}

async function measureApp() {
  const place = join(root, 'node_modules/.cache/addrop-lab/electron.json')
  const { executable } = JSON.parse(readFileSync(place, 'utf8'))
  /** @type {Record<string, number[]>} */
  const times = {
    'app, page loaded': [],
    'app, interactive': [],
    'app, runs shown': [],
    'app, comparison shown': [],
  }
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now()
    const since = (/** @type {number} */ from) => performance.now() - from
    const isRoot = process.getuid?.() === 0
    const app = await _electron.launch({
      executablePath: executable,
      args: ['--disable-gpu', ...(isRoot ? ['--no-sandbox'] : []), root],
      cwd: root,
      env,
      chromiumSandbox: !isRoot,
    })
    const page = await app.firstWindow()
    await page.waitForLoadState('domcontentloaded')
    times['app, page loaded']?.push(since(begin))
    await page.getByRole('navigation').first().waitFor()
    times['app, interactive']?.push(since(begin))
    const asked = performance.now()
    await page.getByTestId('nav-runs').click()
    await page.getByTestId('run-row').first().waitFor()
    times['app, runs shown']?.push(since(asked))
    const compared = performance.now()
    await page.evaluate((id) => (location.hash = `#/compare?ids=${id}`), studies[0] ?? '')
    await page.getByTestId('compare-row').first().waitFor()
    times['app, comparison shown']?.push(since(compared))
    await app.close()
  }
  for (const [what, milliseconds] of Object.entries(times)) report(what, milliseconds)
}

measureCommands()
if (values.app) await measureApp()
