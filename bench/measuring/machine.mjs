/** What the numbers were measured on. */
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { runQuietly } from '../../tools/setup/child-process.mjs'
import { repositoryFolder } from '../../tools/setup/folders.mjs'

/** Instructions that decide how fast matrix products are. */
const tellingFlags = [
  'avx2',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'avx512_fp16',
  'amx_tile',
  'amx_bf16',
  'amx_fp16',
]

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores logical ones
 * @property {readonly string[]} instructions
 * @property {number} memoryBytes
 * @property {string} system
 * @property {string} node
 * @property {string} commit of this clone, with a + if files differ from it
 */

/** @returns {Promise<Machine>} */
export async function describeMachine() {
  const processors = cpus()
  return {
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    instructions: instructionsIn(processorInformation()),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    commit: await commitOfClone(),
  }
}

/**
 * The telling ones of a processor's flags.
 *
 * @param {string} information content of /proc/cpuinfo
 * @returns {string[]}
 */
export function instructionsIn(information) {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(information)?.[1]?.trim().split(/\s+/) ?? [])
  return tellingFlags.filter((flag) => flags.has(flag))
}

/**
 * One line about a machine, for a person.
 *
 * @param {Machine} machine
 * @returns {string}
 */
export function machineLine({ processor, cores, instructions, memoryBytes, node, commit }) {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`
  return `${processor}, ${cores} cores, ${memory}; ${instructions.join(' ') || 'flags unknown'}; Node ${node}; commit ${commit}`
}

/** Milliseconds for which the machine is watched. */
const watchedFor = 500

/**
 * How busy others keep the machine while this process only waits.
 *
 * @returns {Promise<number>} share of all cores' time, 0 to 1
 */
export async function workOfOthers() {
  const before = processorTimes()
  await sleep(watchedFor)
  const after = processorTimes()
  const all = after.all - before.all
  return all > 0 ? (after.busy - before.busy) / all : 0
}

/** @returns {{ busy: number, all: number }} milliseconds since the machine started, of all cores together */
function processorTimes() {
  const sum = { busy: 0, all: 0 }
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle
    sum.all += all
    sum.busy += all - times.idle
  }
  return sum
}

/** @returns {string} */
function processorInformation() {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}

/** @returns {Promise<string>} */
async function commitOfClone() {
  const options = { cwd: repositoryFolder }
  const head = await runQuietly('git', ['rev-parse', '--short', 'HEAD'], options)
  if (!head.ok) return 'unknown'
  const status = await runQuietly('git', ['status', '--porcelain', '--untracked-files=no'], options)
  return head.output.trim() + (status.output.trim() === '' ? '' : '+')
}
