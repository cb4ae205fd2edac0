/**
 * `node tools/mutants.mjs`: breaks the program in one place after the other, in a copy of the last commit with nothing
 * beside it, and tells which test notices. Fails where a mutant lives, or the test fails without one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const reference = ['src-main/parity/reference-values.test.ts', 'cpu, eager']
const ml = 'src-main/ml'
/** What is broken, where, how, and the test that notices: its file and a part of its name. */
const mutants = [
  ['scores without 1/√D', `${ml}/layers/attention-weights.ts`, '1 / Math.sqrt(headSize)', '1', reference],
  [
    'padding is attended to',
    `${ml}/layers/attention-weights.ts`,
    'tf.mul(tf.sub(1, keepMask), maskedScore)',
    'tf.mul(tf.sub(1, keepMask), 0)',
    reference,
  ],
  [
    'LayerNorm without ε',
    `${ml}/layers/layer-norm.ts`,
    '-1, true), epsilon))',
    '-1, true), 1e-12))',
    reference,
  ],
  [
    'GELU by tanh',
    `${ml}/layers/gelu.ts`,
    'tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)',
    'tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))), 1)',
    reference,
  ],
  [
    'attribution with the other sign',
    `${ml}/attribution/attribution-scalar.ts`,
    'tf.mul(dF, chosen!)',
    'tf.neg(tf.mul(dF, chosen!))',
    reference,
  ],
  [
    'mask inverted',
    `${ml}/regularizers/attribution-dropout/keep-mask.ts`,
    'tf.logicalOr(isProtected, tf.greaterEqual(uniform, discardRate))',
    'tf.logicalOr(isProtected, tf.less(uniform, discardRate))',
    reference,
  ],
  [
    'k one too large',
    `${ml}/regularizers/attribution-dropout/candidate-region.ts`,
    "return Math.trunc(rule === 'float32'",
    "return 1 + Math.trunc(rule === 'float32'",
    reference,
  ],
  [
    'integration from 0 to 1 − 1/m',
    `${ml}/attribution/integrated-gradient/integration-rule.ts`,
    'alpha: (index + 1) / points',
    'alpha: (index + 1e-3) / points',
    reference,
  ],
  [
    'Adam without bias correction',
    `${ml}/optimizers/optimizer.ts`,
    '(learningRate * correction) / (1 - beta1Power)',
    'learningRate',
    reference,
  ],
  [
    'weight decay of biases',
    `${ml}/optimizers/adam-w.ts`,
    'start.exempt.has(name) ? 0 : scalars.decay',
    'scalars.decay',
    reference,
  ],
  [
    'predictions in the order of batches',
    `${ml}/training/evaluate.ts`,
    'predictions[index] = predicted[place]!',
    'predictions[done + place] = predicted[place]!',
    [`${ml}/training/evaluate.test.ts`, 'takes every example|mean loss|own place'],
  ],
  [
    'loss of the last batch as of a full one',
    `${ml}/training/evaluate.ts`,
    'lossSum += loss * indices.length',
    'lossSum += loss * examplesPerBatch',
    [`${ml}/training/evaluate.test.ts`, 'mean loss'],
  ],
]

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
for (const [what, file, from, to, test] of mutants) {
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
