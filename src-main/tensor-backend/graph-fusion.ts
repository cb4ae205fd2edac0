/** XLA's part in graphs: it compiles cheap operations that follow each other into one loop. */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'

/** Matrix products stay with oneDNN, which is faster on processors. */
const fusionFlags = ['--tf_xla_auto_jit=2', '--tf_xla_cpu_global_jit', '--tf_xla_ops_to_cluster=FUSIBLE']

/**
 * Sets the environment that TensorFlow reads when it is loaded. `LAB_FUSION=off` leaves all operations separate; flags
 * that are set already stay.
 *
 * @param environment of this process; changed
 */
export function requestFusion(environment: NodeJS.ProcessEnv): void {
  if (environment['LAB_FUSION'] === 'off' || environment['TF_XLA_FLAGS'] !== undefined) return
  const cache = compiledCodeFolder(environment)
  const cached = cache === null ? [] : [`--tf_xla_persistent_cache_directory=${cache}`]
  environment['TF_XLA_FLAGS'] = [...fusionFlags, ...cached].join(' ')
}

/** Where compiled code is kept between runs, one folder per processor model; null when it cannot be made. */
function compiledCodeFolder(environment: NodeJS.ProcessEnv): string | null {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const processor = createHash('sha256')
    .update(cpus()[0]?.model ?? '')
    .digest('hex')
    .slice(0, 12)
  const folder = join(base, 'addrop-lab', 'compiled', processor)
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch {
    return null
  }
}
