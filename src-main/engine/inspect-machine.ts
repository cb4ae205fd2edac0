/** `lab doctor`: which engines run here, on what, and what is missing. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cpus, freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { engineAskedFor, type EngineName } from '@main/tensor-backend/choose-engine.ts'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { toFailure } from '@shared/failures/failure.ts'
import type { DoctorReport } from '@shared/results/doctor-report.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'
import { chosenEngine, engineCandidates, type EngineAttempt } from './engine-candidates.ts'

/** Processor features that decide how fast products run. */
const tellingFeatures: readonly string[] = ['avx2', 'fma', 'avx512f', 'avx512_bf16', 'amx_tile', 'amx_bf16']

/** Loads the engine of a name, or throws. */
type LoadEngine = (name: EngineName) => Promise<{ readonly info: EngineInfo }>

/**
 * Looks at the machine.
 *
 * @param home data folder
 * @param load how an engine is loaded; the real way when left out
 * @param environment where a wish for an engine is read
 * @throws LabError `invalid-argument` when `LAB_ENGINE` names no engine
 */
export async function inspectMachine(
  home: string,
  load: LoadEngine = loadTensorEngine,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<DoctorReport> {
  const asked = engineAskedFor(environment)
  const gpus = await findGpus()
  const attempts = {
    tensorflow: await attempt(load, 'tensorflow'),
    wasm: await attempt(load, 'wasm'),
    cpu: await attempt(load, 'cpu'),
  }
  const findings = { asked, attempts, gpuCount: gpus.length }
  const chosen = chosenEngine(findings)
  const { failure } = attempts.tensorflow
  return {
    engines: engineCandidates(findings),
    versions: (chosen === null ? null : attempts[chosen].info?.versions) ?? { node: process.versions.node },
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      features: processorFeatures(),
    },
    gpus,
    memoryBytes: { total: totalmem(), free: freemem() },
    disk: { folder: home, freeBytes: freeBytes(home) },
    advice: failure === null ? [] : [`${failure.message} ${failure.hint}`],
  }
}

async function attempt(load: LoadEngine, name: EngineName): Promise<EngineAttempt> {
  try {
    return { info: (await load(name)).info, failure: null }
  } catch (thrown) {
    return { info: null, failure: toFailure(thrown) }
  }
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
