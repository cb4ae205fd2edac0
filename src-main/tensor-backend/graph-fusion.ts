/** XLA's part in graphs: it compiles cheap operations that follow each other into one loop. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@main/platform/make-folder.ts'

/** On processors matrix products stay with oneDNN, which is faster. */
const processorFlags = ['--tf_xla_auto_jit=2', '--tf_xla_cpu_global_jit', '--tf_xla_ops_to_cluster=FUSIBLE']

/** On a GPU the whole step is compiled: what is launched one by one costs more than what it computes. */
const gpuFlags = ['--tf_xla_auto_jit=2']

/** Products stay with cuBLAS: with a search among Triton's, no step had been compiled after 77 s on an H100 (17 s without). */
const gpuCompilerFlag = '--xla_gpu_enable_triton_gemm=false'

/**
 * Sets the environment that TensorFlow reads when it is loaded. `LAB_FUSION=off` leaves all operations separate; flags
 * that are set already stay.
 *
 * @param environment of this process; changed
 * @param device what TensorFlow will compute on
 */
export function requestFusion(environment: NodeJS.ProcessEnv, device: 'processor' | 'gpu'): void {
  if (environment['LAB_FUSION'] === 'off' || environment['TF_XLA_FLAGS'] !== undefined) return
  const cache = compiledCodeFolder(environment, device)
  const cached = cache === null ? [] : [`--tf_xla_persistent_cache_directory=${cache}`]
  const flags = device === 'gpu' ? gpuFlags : processorFlags
  environment['TF_XLA_FLAGS'] = [...flags, ...cached].join(' ')
  if (device === 'gpu')
    environment['XLA_FLAGS'] = [gpuCompilerFlag, environment['XLA_FLAGS']].filter(Boolean).join(' ')
}

/**
 * Whether TensorFlow was told to fuse loops, by the lab or by a person's own flags.
 *
 * @param environment that TensorFlow was loaded in
 * @param device that it computes on; a processor has a switch of its own beside the one for all devices
 */
export function isFusionRequested(environment: NodeJS.ProcessEnv, device: 'processor' | 'gpu'): boolean {
  const flags = environment['TF_XLA_FLAGS'] ?? ''
  const isOn = /--tf_xla_auto_jit=(1|2|fusible)\b/.test(flags)
  return isOn && (device === 'gpu' || /--tf_xla_cpu_global_jit(?!=false)/.test(flags))
}

/** Where NVIDIA's driver describes its GPUs, a folder each. */
const driverGpus = '/proc/driver/nvidia/gpus'

/** What compiled code is for: code of one model may not run on another. */
function hardwareOf(device: 'processor' | 'gpu'): string {
  const processor = cpus()[0]?.model ?? ''
  if (device === 'processor') return processor
  try {
    const gpus = readdirSync(driverGpus).map((gpu) =>
      readFileSync(join(driverGpus, gpu, 'information'), 'utf8'),
    )
    return [processor, ...gpus.map((text) => /^Model:\s*(.*)$/m.exec(text)?.[1] ?? 'GPU')].join(', ')
  } catch {
    // Without that folder, as inside Windows, by machine.
    return [processor, 'GPU', hostname()].join(', ')
  }
}

/** Where compiled code is kept between runs, one folder per hardware model; null when it cannot be made. */
function compiledCodeFolder(environment: NodeJS.ProcessEnv, device: 'processor' | 'gpu'): string | null {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const hardware = createHash('sha256').update(hardwareOf(device)).digest('hex').slice(0, 12)
  const folder = join(base, 'addrop-lab', 'compiled', hardware)
  try {
    makeFolder(folder)
    return folder
  } catch {
    return null
  }
}
