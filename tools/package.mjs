/**
 * `npm run package`: a .deb of the app in `out/package/`, made with tools of this machine only. Beside it,
 * `<name>.contents.txt` lists every file with mode and sha256.
 *
 * `npm run package -- --check` packs nothing: it builds and lays out the package twice and compares the two.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildAnew } from './build/build-if-stale.mjs'
import { packageName } from './package/debian-files.mjs'
import { contentList, makeDebianPackage } from './package/debian-package.mjs'
import { packageParts } from './package/package-parts.mjs'
import { stagePackage } from './package/stage-package.mjs'
import { repositoryFolder } from './setup/folders.mjs'
import { runProgram, SetUpFailure } from './setup/set-up-failure.mjs'
import { reportStep, say } from './setup/step-report.mjs'
import { withTemporaryFolder } from './setup/whole-or-nothing.mjs'

const folder = join(repositoryFolder, 'out', 'package')

await runProgram(async () => {
  mkdirSync(folder, { recursive: true })
  const ready = await packageParts()
  if (process.argv.includes('--check')) await checkReproducible(ready)
  else await makePackage(ready)
})

/** @typedef {Awaited<ReturnType<typeof packageParts>>} Ready */

/**
 * @param {Ready} ready
 * @returns {Promise<void>}
 */
async function makePackage({ parts, facts, commit }) {
  const deb = join(folder, `${packageName}_${facts.version}_amd64.deb`)
  await withStage(parts, async (stage) => {
    writeFileSync(deb.replace(/\.deb$/, '.contents.txt'), `${contentList(stage).join('\n')}\n`)
    await reportStep('packing', () => makeDebianPackage(stage, deb, facts, commit.epoch))
  })
  if (!facts.electron.official)
    say(
      `the package holds a stand-in Electron (${facts.electron.version}): it is for trials only, and says so`,
    )
  if (commit.isChanged) say('files differ from the commit: the version says "changed"')
  say(`${(statSync(deb).size / 1e6).toFixed(0)} MB packed`)
  process.stdout.write(`${deb}\n`)
}

/**
 * @param {Ready} ready
 * @returns {Promise<void>}
 */
async function checkReproducible({ parts }) {
  /** @type {(stage: string) => Promise<string[]>} */
  const list = (stage) => Promise.resolve(contentList(stage))
  const first = await withStage(parts, list)
  await buildAnew()
  const second = await withStage(parts, list)
  const only = (/** @type {string[]} */ these, /** @type {string[]} */ those) => {
    const known = new Set(those)
    return these.filter((line) => !known.has(line))
  }
  const differences = [
    ...only(first, second).map((line) => `- ${line}`),
    ...only(second, first).map((line) => `+ ${line}`),
  ]
  if (differences.length > 0)
    throw new SetUpFailure(
      `Two builds of one commit differ in ${differences.length} lines: see above.`,
      differences.join('\n'),
    )
  process.stdout.write(`Two builds are equal in all ${first.length} files.\n`)
}

/**
 * @template T
 * @param {import('./package/stage-package.mjs').Parts} parts
 * @param {(stage: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
function withStage(parts, use) {
  return withTemporaryFolder(join(folder, 'stage'), async (temporary) => {
    const stage = join(temporary, 'root')
    const work = join(temporary, 'program')
    mkdirSync(stage)
    mkdirSync(work)
    await reportStep('laying out the package', () => stagePackage(stage, work, parts))
    return use(stage)
  })
}
