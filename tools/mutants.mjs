/**
 * `node tools/mutants.mjs`: breaks the program in one place after the other, in a copy of the last commit with nothing
 * beside it, and tells which test notices. Fails where a mutant lives, or the test fails without one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { mutants } from './mutants/mutant-table.mjs'

/** `node tools/mutants.mjs 'ELECTRA|BPE'` tries those whose description fits. */
const wanted = new RegExp(process.argv[2] ?? '')
const chosen = mutants.filter(([what]) => wanted.test(what))
if (chosen.length === 0) throw new Error(`No mutant fits ${wanted}.`)

const copy = join(mkdtempSync(join(tmpdir(), 'mutants-')), 'repository')
mkdirSync(copy)
const archive = execFileSync('git', ['archive', 'HEAD'], { maxBuffer: 2 ** 30 })
execFileSync('tar', ['-x', '-C', copy], { input: archive })
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))

/** Names of the tests that fail. */
function failing([file, name]) {
  const args = ['vitest', 'run', '--project', 'main', '--maxWorkers=1', '--reporter=json', file, '-t', name]
  const { stdout } = spawnSync('npx', args, { cwd: copy, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const json = stdout.slice(stdout.indexOf('{"num'))
  const { testResults, numPassedTests, numFailedTests } = JSON.parse(json)
  if (numPassedTests + numFailedTests === 0) throw new Error(`No test of ${file} ran.`)
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => title),
  )
}

const known = new Map()
const living = []
for (const [what, file, from, to, test] of chosen) {
  const key = test.join()
  if (!known.has(key)) known.set(key, failing(test))
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2)
    throw new Error(`${file} has not exactly one place "${from}" (${what}).`)
  writeFileSync(
    path,
    source.replace(from, () => to),
  )
  const noticed = failing(test).filter((title) => !known.get(key).includes(title))
  writeFileSync(path, source)
  if (noticed.length === 0) living.push(what)
  console.log(
    `| ${what} | ${noticed.length === 0 ? 'lives' : `${test[0].split('/').at(-1)}: ${noticed[0]}`} |`,
  )
}
rmSync(join(copy, '..'), { recursive: true })
for (const [key, titles] of known)
  if (titles.length > 0) console.error(`Fails without a mutant: ${key}: ${titles.join('; ')}`)
if (living.length > 0) console.error(`Nothing notices: ${living.join('; ')}.`)
process.exitCode = living.length + [...known.values()].flat().length > 0 ? 1 : 0
