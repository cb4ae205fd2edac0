/**
 * `npm run package`: a .deb of the app in `out/package/`, made with tools of this machine only.
 *
 * Beside it, `<name>.contents.txt` lists every file with mode and sha256; two builds of one commit have equal lists.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buildIfStale } from './build/build-if-stale.mjs'
import { commitFacts } from './package/commit-facts.mjs'
import { completionScripts } from './package/completion-scripts.mjs'
import { executableName, packageName } from './package/debian-files.mjs'
import { makeDebianPackage } from './package/debian-package.mjs'
import { ensureNodeRuntime, nodeVersion } from './package/node-runtime.mjs'
import { stagePackage } from './package/stage-package.mjs'
import { ensureStrippedTensorflow } from './package/stripped-tensorflow.mjs'
import { requireCompiler } from './setup/build-programs.mjs'
import { findElectron } from './setup/electron-location.mjs'
import { repositoryFolder } from './setup/folders.mjs'
import { runProgram, SetUpFailure } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'
import { reportStep, say } from './setup/step-report.mjs'
import { ensureBinding } from './setup/tensorflow-binding.mjs'
import { ensureTensorflowNotices, tensorflowVersion } from './setup/tensorflow-library.mjs'
import { withTemporaryFolder } from './setup/whole-or-nothing.mjs'

/** From the binding's folder in `app.asar.unpacked` to TensorFlow's libraries in `resources`. */
const bindingRunPath = '$ORIGIN/../../../../../../tensorflow/lib'

await runProgram(async () => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetUpFailure('The package is made on Linux x86-64 only: run the same command there.')
  await setUp({ window: true })
  await buildIfStale()
  const electron = findElectron()
  if (!electron)
    throw new SetUpFailure('Electron is missing: run "npm run setup" and the same command again.')
  const nodeRuntime = await ensureNodeRuntime()
  const tensorflow = await ensureStrippedTensorflow()
  const tensorflowNotices = await ensureTensorflowNotices()
  const binding = await ensureBinding(requireCompiler(), bindingRunPath)
  const completion = await reportStep('writing completions', completionScripts)
  const { version: programVersion } = JSON.parse(readFileSync(join(repositoryFolder, 'package.json'), 'utf8'))
  const { version, commit, isChanged, epoch } = commitFacts(repositoryFolder, programVersion)
  const versions = {
    version,
    electron: { version: electron.version, official: electron.official },
    node: nodeVersion,
    tensorflow: tensorflowVersion,
  }
  const folder = join(repositoryFolder, 'out', 'package')
  mkdirSync(folder, { recursive: true })
  const deb = join(folder, `${packageName}_${version}_amd64.deb`)
  await withTemporaryFolder(join(folder, 'stage'), async (temporary) => {
    const [stage, work] = ['root', 'program'].map((name) => join(temporary, name))
    mkdirSync(String(stage))
    mkdirSync(String(work))
    await reportStep('laying out the package', () =>
      stagePackage(String(stage), String(work), {
        root: repositoryFolder,
        electron: dirname(electron.executable),
        electronExecutable: basename(electron.executable),
        nodeRuntime,
        tensorflow,
        tensorflowNotices,
        binding,
        completion,
        facts: { ...versions, commit, isChanged },
      }),
    )
    const content = await reportStep('packing', () => makeDebianPackage(String(stage), deb, versions, epoch))
    const list = content.map(({ path, mode, content }) => `${mode} ${content} ${path}\n`).join('')
    writeFileSync(deb.replace(/\.deb$/, '.contents.txt'), list)
  })
  rmSync(join(folder, 'stage'), { recursive: true, force: true })
  if (!electron.official)
    say(`the package holds a stand-in Electron (${electron.version}): it is for trials only, and says so`)
  if (isChanged) say('files differ from the commit: the version says "changed"')
  say(`${executableName} and ${packageName}: ${(statSync(deb).size / 1e6).toFixed(0)} MB packed`)
  process.stdout.write(`${deb}\n`)
})
