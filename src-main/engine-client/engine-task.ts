/**
 * One short job of the engine bundle (`doctor`, `attribute`, `parity`) in a child process, so that the process that asks
 * never loads libtensorflow: `engine.cjs --task <name> --request <json file>`, one `Result` document on standard output.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { nodeExecutable } from '@main/platform/node-executable.ts'
import { failureSchema, LabError } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { engineEnvironment } from './engine-environment.ts'
import { judgeEngineExit } from './engine-death.ts'
import { outOfMemoryKills } from './memory-exhaustion.ts'

/** Names of the jobs. */
export type EngineTaskName = 'bench-attribution' | 'bench-step' | 'doctor' | 'attribute' | 'parity'

/** Where the bundle is and who hears what it logs. */
export interface EngineTaskOptions {
  readonly enginePath: string
  readonly nodePath?: string
  /** Standard error of the child, line by line, without what TensorFlow says at every start. */
  readonly onLog?: (text: string) => void
  /** Ends the child when aborted. */
  readonly signal?: AbortSignal
}

/** What TensorFlow writes before it reads how much it is to log. */
const greeting = /^WARNING: All log messages before absl::|^I\d{4} .* oneDNN custom operations are on/

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), failure: failureSchema }),
])

/**
 * Runs a job of the engine bundle and answers what it says.
 *
 * @param name which job
 * @param request what the job is asked; plain data
 * @param options where the bundle is
 * @returns the job's value, not yet checked: its shape is the job's own contract
 * @throws LabError the job's own failure; `engine-died` or `out-of-memory` when it gave no answer
 */
export async function runEngineTask(
  name: EngineTaskName,
  request: unknown,
  options: EngineTaskOptions,
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'addrop-lab-task-'))
  try {
    const requestPath = join(folder, 'request.json')
    await writeFile(requestPath, JSON.stringify(request))
    const result = await runChild([options.enginePath, '--task', name, '--request', requestPath], options)
    if (!result.ok) throw new LabError(result.failure.code, result.failure.message, result.failure.hint)
    return result.value
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runChild(
  argumentList: readonly string[],
  options: EngineTaskOptions,
): Promise<Result<unknown>> {
  const memoryKillsBefore = outOfMemoryKills()
  const child = spawn(options.nodePath ?? nodeExecutable(), [...argumentList], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: engineEnvironment(),
    windowsHide: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  let answer = ''
  let logTail = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text))
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (greeting.test(line)) return
    logTail = `${logTail}${line}\n`.slice(-8192)
    options.onLog?.(`${line}\n`)
  })
  const ended = await new Promise<{ code: number | null; signal: string | null; startError: string | null }>(
    (resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, startError: error.message }))
      child.once('close', (code, signal) => resolve({ code, signal, startError: null }))
    },
  )
  const parsed = answerSchema.safeParse(parseJson(answer))
  if (parsed.success) return parsed.data
  const memoryExhausted = outOfMemoryKills() > memoryKillsBefore
  const verdict = judgeEngineExit({ ...ended, logTail, memoryExhausted })
  return {
    ok: false,
    failure: verdict.failure ?? {
      code: 'engine-died',
      message: `The engine process was ended (${ended.signal ?? `exit code ${ended.code ?? 'unknown'}`}) before it had answered.`,
      hint: 'Start the command again.',
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
