/** The Node-API binding of tfjs-node-gpu, compiled against the TensorFlow library and laid where the package looks. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireCompiler } from './build-programs.mjs'
import { runQuietly } from './child-process.mjs'
import { cacheFolder, cloneStateFolder, repositoryFolder } from './folders.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep, say } from './step-report.mjs'
import {
  ensureTensorflowLibrary,
  tensorflowFolder,
  tensorflowIsPublishedHere,
  tensorflowVersion,
} from './tensorflow-library.mjs'
import { placeLink, readJson, withTemporaryFolder, writeJson } from './whole-or-nothing.mjs'

const packageFolder = join(repositoryFolder, 'node_modules', '@tensorflow', 'tfjs-node-gpu')
const apiHeaders = join(repositoryFolder, 'node_modules', 'node-api-headers', 'include')
/** Where node-pre-gyp, which the package asks, looks for a binding of Node-API 8. */
const placedBinding = join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node')
const stampFile = join(cloneStateFolder, 'tensorflow.json')

const compilerFlags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-Wl,--enable-new-dtags']
const libraries = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2']

/**
 * Whether TensorFlow was seen working in this clone and is still in place.
 *
 * @returns {boolean}
 */
export function tensorflowReady() {
  const stamp = /** @type {{ folder?: string } | undefined} */ (readJson(stampFile))
  if (stamp?.folder !== tensorflowFolder()) return false
  return !tensorflowIsPublishedHere || (existsSync(stamp.folder) && existsSync(placedBinding))
}

/**
 * Library, binding and proof that both work together.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when any of them cannot be had
 */
export async function ensureTensorflow() {
  if (tensorflowReady()) return
  const folder = tensorflowFolder()
  if (tensorflowIsPublishedHere) {
    // Asked for first: whoever has to install one should not wait for a download before being told.
    const compiler = requireCompiler()
    await ensureTensorflowLibrary()
    const binding = await ensureBinding(compiler, join(folder, 'lib'))
    placeLink(binding, placedBinding)
    placeLink(join(folder, 'lib'), join(packageFolder, 'deps', 'lib'))
    placeLink(join(folder, 'include'), join(packageFolder, 'deps', 'include'))
    await reportStep('checking TensorFlow', checkTensorflow)
  } else {
    say(
      'TensorFlow is prepared on Linux x86-64 only: on this machine training uses the slower built-in backends.',
    )
  }
  writeJson(stampFile, { folder, version: tensorflowVersion })
}

/**
 * The compiled binding in the cache, compiled first where it is missing.
 *
 * @param {readonly string[]} compiler
 * @param {string} runPath where it looks for TensorFlow's libraries when it is loaded: a folder, or one from `$ORIGIN`
 * @returns {Promise<string>} its path
 * @throws {SetUpFailure} when it cannot be compiled
 */
export async function ensureBinding(compiler, runPath) {
  const name = `binding-${bindingKey(compiler, runPath)}.node`
  const binding = join(cacheFolder(), 'bindings', name)
  if (!existsSync(binding))
    await reportStep('compiling the TensorFlow binding', () => compile(compiler, runPath, binding))
  return binding
}

/**
 * @param {readonly string[]} compiler
 * @param {string} runPath
 * @param {string} binding
 * @returns {Promise<void>}
 */
function compile([command = 'g++', ...first], runPath, binding) {
  return withTemporaryFolder(binding, async (temporary) => {
    const lib = join(tensorflowFolder(), 'lib')
    const include = ['binding', apiHeaders, join(tensorflowFolder(), 'include')].flatMap((folder) => [
      '-I',
      folder,
    ])
    const sources = bindingFiles().filter((name) => name.endsWith('.cc'))
    const output = join(temporary, 'tfjs_binding.node')
    // A run path (not the older rpath), so that LD_LIBRARY_PATH may put another TensorFlow, say for a GPU, before it.
    const search = ['-L', lib, '-Xlinker', '-rpath', '-Xlinker', runPath]
    const args = [...first, ...compilerFlags, ...include, ...sources, ...search, ...libraries, '-o', output]
    const result = await runQuietly(command, args, { cwd: packageFolder })
    if (!result.ok) {
      throw new SetUpFailure(
        `${command} could not compile the TensorFlow binding: install a C++17 compiler (g++ 9 or newer), or name one in CXX, and run the same command again.`,
        result.output,
      )
    }
    mkdirSync(dirname(binding), { recursive: true })
    renameSync(output, binding)
  })
}

/**
 * Digest of everything that the compiled binding depends on.
 *
 * @param {readonly string[]} compiler
 * @param {string} runPath
 * @returns {string}
 */
function bindingKey(compiler, runPath) {
  const hash = createHash('sha256')
  hash.update(
    JSON.stringify([
      compiler,
      compilerFlags,
      libraries,
      runPath,
      tensorflowVersion,
      process.platform,
      process.arch,
    ]),
  )
  for (const name of bindingFiles()) hash.update(name).update(readFileSync(join(packageFolder, name)))
  for (const name of readdirSync(apiHeaders).sort())
    hash.update(name).update(readFileSync(join(apiHeaders, name)))
  return hash.digest('hex').slice(0, 16)
}

/** @returns {string[]} sources and headers, relative to the package */
function bindingFiles() {
  return readdirSync(join(packageFolder, 'binding'))
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => `binding/${name}`)
}

/**
 * Loads TensorFlow the way the engine does, in a process of its own, and multiplies two matrices.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when it does not load or multiplies wrongly
 */
async function checkTensorflow() {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }
  const { ok, output } = await runQuietly(process.execPath, ['-e', matrixProduct], {
    cwd: repositoryFolder,
    env,
  })
  const version = /^TensorFlow (\S+): 19,22,43,50$/m.exec(output)?.[1]
  if (!ok || version === undefined) {
    throw new SetUpFailure(
      `TensorFlow was installed but does not work on this machine: delete ${tensorflowFolder()} and run the same command again, and if this repeats, report the lines above.`,
      output,
    )
  }
  say(`TensorFlow ${version} works`)
}

/** [1 2; 3 4] · [5 6; 7 8] = [19 22; 43 50] */
const matrixProduct = `
  // Node 23 dropped two functions that tfjs-node calls.
  const util = require('node:util')
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
  util.isArray ??= Array.isArray
  const tf = require('@tensorflow/tfjs-node-gpu')
  const product = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]])
  if (tf.getBackend() !== 'tensorflow') throw new Error('the backend is ' + tf.getBackend())
  console.log('TensorFlow ' + tf.backend().binding.TF_Version + ': ' + product.dataSync().join(','))
`
