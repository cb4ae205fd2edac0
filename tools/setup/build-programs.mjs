/** The programs that making the engine takes: a Python with pip, which fetches TensorFlow, and a C++ compiler. */
import { findProgram, runQuietly } from './child-process.mjs'
import { SetUpFailure } from './set-up-failure.mjs'

/**
 * Debian's packages for the programs that are missing.
 *
 * @param {{ pip: boolean }} needs whether pip is needed too
 * @returns {Promise<string[]>}
 */
export async function missingBuildPackages({ pip }) {
  const packages = findCompiler() ? [] : ['g++']
  return pip && !(await findPip()) ? [...packages, 'python3-pip'] : packages
}

/**
 * A Python that has pip.
 *
 * @returns {Promise<string>} its path
 * @throws {SetUpFailure} when there is none
 */
export async function requirePip() {
  const python = await findPip()
  if (python) return python
  throw new SetUpFailure(
    'Python 3 with pip is missing (it fetches TensorFlow): install it and run the same command again.',
  )
}

/**
 * A C++ compiler.
 *
 * @returns {string[]} the command and its first arguments ($CXX may carry some)
 * @throws {SetUpFailure} when there is none
 */
export function requireCompiler() {
  const compiler = findCompiler()
  if (compiler) return compiler
  throw new SetUpFailure(
    'A C++ compiler is missing (it builds the TensorFlow binding): install g++ or clang++, or set CXX, and run the same command again.',
  )
}

/** @returns {Promise<string | undefined>} */
async function findPip() {
  for (const name of ['python3', 'python']) {
    const path = findProgram(name)
    if (path && (await runQuietly(path, ['-m', 'pip', '--version'])).ok) return path
  }
  return undefined
}

/** @returns {string[] | undefined} */
function findCompiler() {
  const chosen = (process.env['CXX'] ?? '').split(/\s+/).filter(Boolean)
  if (chosen[0] && findProgram(chosen[0])) return chosen
  const name = ['g++', 'clang++', 'c++'].find((candidate) => findProgram(candidate))
  return name ? [name] : undefined
}
