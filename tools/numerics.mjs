/**
 * `node tools/numerics.mjs [FILES…]`: the numerical tests as other processors would round. Prints the ten comparisons that
 * come nearest to their limits; fails where a test fails, or a limit is less than four times its distance.
 *
 * `--only NAME` runs the variants whose names contain it, `--keep FOLDER` leaves what was recorded there and goes on with
 * variants that are not in it yet.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { closestComparisons, leastMargin, markdownTable } from './numerics/closest-comparisons.mjs'

/** Tests whose numbers depend on the processor: they run on TensorFlow. Those on plain JavaScript round alike anywhere. */
const onTensorflow = [
  'src-main/parity',
  'src-main/training-graph',
  'src-main/tracer',
  'src-main/tensor-backend',
]
/** What fused loops are tested by; compiling a step of every method takes longer than all else. */
const fusible = ['src-main/parity/reference-values.test.ts']

const oneDnn = (isa) => ({ ONEDNN_MAX_CPU_ISA: isa, TF_ENABLE_ONEDNN_OPTS: '1' })
// The lab sets no XLA_FLAGS on a processor; a person's own stay, and these are added to them.
const fused = (isa) => ({
  LAB_FUSION: 'on',
  ...(isa === null
    ? {}
    : { XLA_FLAGS: [process.env['XLA_FLAGS'], `--xla_cpu_max_isa=${isa}`].filter(Boolean).join(' ') }),
})
const threads = (count) => ({ TF_NUM_INTRAOP_THREADS: String(count), TF_NUM_INTEROP_THREADS: String(count) })

/** Environments, by name. */
const variants = [
  ['default', {}, onTensorflow],
  ['oneDNN SSE4.1', oneDnn('SSE41'), onTensorflow],
  ['oneDNN AVX2', oneDnn('AVX2'), onTensorflow],
  ['oneDNN AVX-512', oneDnn('AVX512_CORE'), onTensorflow],
  ['without oneDNN', { TF_ENABLE_ONEDNN_OPTS: '0' }, onTensorflow],
  ['one thread', threads(1), onTensorflow],
  ['two threads', threads(2), onTensorflow],
  ['fused', fused(null), fusible],
  ['fused, XLA SSE4.2', fused('SSE4_2'), fusible],
  ['fused, XLA AVX2', fused('AVX2'), fusible],
]

const { values, positionals: files } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'string' } },
  allowPositionals: true,
})
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'numerics-'))
mkdirSync(folder, { recursive: true })

/** Runs a variant's tests; what they recorded, null where one failed. */
function recordedBy([name, environment, usual]) {
  const file = join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}.ndjson`)
  if (!existsSync(file)) {
    const underWay = `${file}.part`
    rmSync(underWay, { force: true })
    const env = {
      ...process.env,
      // Code that was compiled for other instructions must not be found again.
      XDG_CACHE_HOME: join(folder, 'cache', name),
      ...environment,
      LAB_TEST_DISTANCES: underWay,
    }
    const chosen = files.length > 0 ? files : usual
    const run = ['vitest', 'run', '--project', 'main', '--maxWorkers=1', '--reporter=dot', ...chosen]
    const { status } = spawnSync('npx', run, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0 || !existsSync(underWay)) return null
    renameSync(underWay, file)
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

const byVariant = new Map()
const failed = []
for (const variant of variants.filter(([name]) => name.includes(values.only ?? ''))) {
  const [name] = variant
  const recorded = recordedBy(variant)
  if (recorded === null) {
    failed.push(name)
    continue
  }
  byVariant.set(name, recorded)
  // Equal digests: the variant rounds as another does, for instance where the processor lacks what it switches off.
  const digest = createHash('sha256').update(JSON.stringify(recorded.map(({ distance }) => distance)))
  console.log(`${name}: ${recorded.length} comparisons, digest ${digest.digest('hex').slice(0, 8)}`)
}
if (values.keep === undefined) rmSync(folder, { recursive: true })

const closest = closestComparisons(byVariant)
const tooClose = closest.filter(({ margin }) => margin < leastMargin)
console.log(`\n${markdownTable(closest.slice(0, 10))}\n`)
if (failed.length > 0) console.error(`Tests failed under: ${failed.join(', ')}.`)
if (tooClose.length > 0)
  console.error(`${tooClose.length} limits leave less than ${leastMargin} times the distance.`)
process.exitCode = failed.length + tooClose.length > 0 || byVariant.size === 0 ? 1 : 0
