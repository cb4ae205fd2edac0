/** `lab doctor`: which engines run here, on what, and what is missing. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cpus, freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { toFailure } from '@shared/failures/failure.ts'
import type { DoctorReport, EngineCandidate } from '@shared/results/doctor-report.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'

/** Processor features that decide how fast products run. */
const tellingFeatures: readonly string[] = ['avx2', 'fma', 'avx512f', 'avx512_bf16', 'amx_tile', 'amx_bf16']

/**
 * Looks at the machine.
 *
 * @param home data folder
 */
export async function inspectMachine(home: string): Promise<DoctorReport> {
  const gpus = await findGpus()
  const loaded = await tryTensorflow()
  const isGpu = loaded.info?.backend === 'tensorflow-gpu'
  const engines: EngineCandidate[] = [
    candidate('tensorflow-gpu', isGpu, loaded, gpuMessage(gpus.length, loaded.info)),
    candidate('tensorflow-cpu', loaded.info !== null && !isGpu, loaded, loaded.message),
  ]
  const advice = engines.some((engine) => engine.available) ? [] : [`${loaded.message} ${loaded.hint}`]
  return {
    engines,
    versions: loaded.info?.versions ?? { node: process.versions.node },
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      features: processorFeatures(),
    },
    gpus,
    memoryBytes: { total: totalmem(), free: freemem() },
    disk: { folder: home, freeBytes: freeBytes(home) },
    advice,
  }
}

interface Attempt {
  readonly info: EngineInfo | null
  readonly message: string
  readonly hint: string
}

async function tryTensorflow(): Promise<Attempt> {
  try {
    return { info: (await loadTensorEngine()).info, message: '', hint: '' }
  } catch (thrown) {
    const { message, hint } = toFailure(thrown)
    return { info: null, message, hint }
  }
}

function candidate(
  backend: EngineInfo['backend'],
  available: boolean,
  attempt: Attempt,
  message: string,
): EngineCandidate {
  const version = available ? (attempt.info?.versions['tensorflow'] ?? null) : null
  return { backend, available, chosen: available, version, message: available ? '' : message }
}

/** Why training does not run on a GPU. */
function gpuMessage(gpus: number, info: EngineInfo | null): string {
  if (gpus === 0) return 'No NVIDIA GPU was found (nvidia-smi answered nothing).'
  if (info === null) return 'TensorFlow could not be loaded.'
  return 'A GPU is there, but the loaded TensorFlow library is built for processors only.'
}

/** GPUs that NVIDIA's tool names; none where it is missing. */
async function findGpus(): Promise<{ name: string; memoryBytes: number | null }[]> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name = '', mebibytes = ''] = line.split(',').map((part) => part.trim())
        const size = Number(mebibytes)
        return { name, memoryBytes: Number.isFinite(size) ? size * 2 ** 20 : null }
      })
  } catch {
    return []
  }
}

/** Features of the processor, where the system lists them. */
function processorFeatures(): string[] {
  try {
    const flags = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? []
    return tellingFeatures.filter((feature) => flags.includes(feature))
  } catch {
    return []
  }
}

/** Free bytes on the disk of the data folder, or of the nearest folder above that exists. */
function freeBytes(home: string): number {
  let folder = home
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
