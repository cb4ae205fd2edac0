/** TensorFlow's C library and headers, taken out of the official Python wheel, which pip fetches. */
import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { requirePip } from './build-programs.mjs'
import { acceptFile, sha256FromHex } from './checksum.mjs'
import { runQuietly } from './child-process.mjs'
import { cacheFolder } from './folders.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep } from './step-report.mjs'
import { bytesIn, makeFolder, withTemporaryFolder } from './whole-or-nothing.mjs'
import { extractZipEntry, readZipEntries } from './zip-archive.mjs'

/** The release that the engine is built on and tested with. */
export const tensorflowVersion = '2.21.0'

const wheelPlatform = 'manylinux_2_27_x86_64'
const wheelName = `tensorflow_cpu-${tensorflowVersion}-cp311-cp311-${wheelPlatform}.whl`
const wheelDigest = sha256FromHex('2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c')
const wheelMegabytes = 274

/** For whichever Python there is: only the libraries inside the wheel are used, never Python. */
const pipOptions = [
  ...[
    '--no-deps',
    '--no-cache-dir',
    '--progress-bar',
    'off',
    '--disable-pip-version-check',
    '--only-binary=:all:',
  ],
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheelPlatform],
]

const libraryNames = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']

/** What the binding's sources include, directly or not. */
const headerNames = [
  ...[
    'c_api',
    'c_api_macros',
    'tf_attrtype',
    'tf_buffer',
    'tf_datatype',
    'tf_status',
    'tf_tensor',
    'tf_tstring',
  ].map((name) => `tensorflow/c/${name}.h`),
  'tensorflow/c/eager/c_api.h',
  ...['tensorflow/core', 'tsl'].flatMap((folder) => [
    `${folder}/platform/ctstring.h`,
    `${folder}/platform/ctstring_internal.h`,
  ]),
  'xla/tsl/c/tsl_status.h',
]

/** Names that tfjs-node and its build files use for the libraries. */
const libraryLinks = [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
]

/** Whether the wheel exists for this machine; elsewhere the engine runs on its slower backends. */
export const tensorflowIsPublishedHere = process.platform === 'linux' && process.arch === 'x64'

/**
 * Folder of the unpacked release, with `lib` and `include`. It exists only when it is complete.
 *
 * @returns {string}
 */
export function tensorflowFolder() {
  return join(cacheFolder(), `tensorflow-cpu-${tensorflowVersion}-linux-x64`)
}

/**
 * Fetches and unpacks the library unless it is there.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when it cannot be fetched or is not the published file
 */
export async function ensureTensorflowLibrary() {
  if (existsSync(tensorflowFolder())) return
  const wheel = join(cacheFolder(), 'downloads', wheelName)
  if (existsSync(wheel))
    await reportStep('checking the TensorFlow wheel that is here already', () =>
      acceptFile(wheel, wheelDigest),
    )
  else await download(wheel)
  await reportStep('unpacking the TensorFlow library', () => unpack(wheel))
  rmSync(wheel)
}

/**
 * The licence texts of TensorFlow and of what is inside it, for whoever passes the library on. They are in the wheel
 * only, which is fetched again where they have not been taken out yet.
 *
 * @returns {Promise<string>} path of the file
 * @throws {SetUpFailure} when the wheel cannot be fetched
 */
export async function ensureTensorflowNotices() {
  const notices = join(tensorflowFolder(), 'THIRD_PARTY_NOTICES.txt')
  if (existsSync(notices)) return notices
  const wheel = join(cacheFolder(), 'downloads', wheelName)
  if (existsSync(wheel)) await acceptFile(wheel, wheelDigest)
  else await download(wheel)
  await withTemporaryFolder(notices, async (temporary) => {
    const entry = (await readZipEntries(wheel)).get('tensorflow/THIRD_PARTY_NOTICES.txt')
    if (!entry)
      throw new SetUpFailure(`${wheelName} lacks its notices: delete it and run the same command again.`)
    const extracted = join(temporary, 'notices')
    await extractZipEntry(wheel, entry, extracted)
    renameSync(extracted, notices)
  })
  rmSync(wheel)
  return notices
}

/**
 * @param {string} wheel
 * @returns {Promise<void>}
 */
async function download(wheel) {
  const python = await requirePip()
  await withTemporaryFolder(wheel, async (folder) => {
    // pip's own temporary files go here too: /tmp may be small, and an interrupted try leaves nothing elsewhere.
    const env = { ...process.env, TMPDIR: folder }
    const args = [
      '-m',
      'pip',
      'download',
      ...pipOptions,
      '--dest',
      folder,
      `tensorflow-cpu==${tensorflowVersion}`,
    ]
    const fetch = async () => {
      const { ok, output } = await runQuietly(python, args, { env })
      const fetched = join(folder, wheelName)
      if (!ok || !existsSync(fetched)) throw new SetUpFailure(downloadAdvice(wheel), output)
      await acceptFile(fetched, wheelDigest)
      renameSync(fetched, wheel)
    }
    const progress = () => `, ${Math.round(bytesIn(folder) / 1e6)} of ${wheelMegabytes} MB`
    await reportStep(`downloading TensorFlow ${tensorflowVersion} (${wheelMegabytes} MB)`, fetch, progress)
  })
}

/**
 * @param {string} wheel
 * @returns {string}
 */
function downloadAdvice(wheel) {
  return `pip could not download TensorFlow ${tensorflowVersion}: check the network and pip's settings, or put ${wheelName} into ${join(wheel, '..')} by hand, and run the same command again.`
}

/**
 * @param {string} wheel
 * @returns {Promise<void>}
 */
function unpack(wheel) {
  return makeFolder(tensorflowFolder(), async (folder) => {
    const entries = await readZipEntries(wheel)
    /** @type {(name: string, destination: string) => Promise<void>} */
    const extract = async (name, destination) => {
      const entry = entries.get(name)
      if (!entry)
        throw new SetUpFailure(`${wheelName} lacks ${name}: delete it and run the same command again.`)
      await extractZipEntry(wheel, entry, destination)
    }
    for (const name of headerNames) await extract(`tensorflow/include/${name}`, join(folder, 'include', name))
    for (const name of libraryNames) await extract(`tensorflow/${name}`, join(folder, 'lib', name))
    for (const [name, target] of libraryLinks) symlinkSync(String(target), join(folder, 'lib', String(name)))
  })
}
