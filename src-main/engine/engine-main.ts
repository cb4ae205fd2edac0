/**
 * Entry of the engine process: `engine.cjs <home> <runId>` carries out a run; `engine.cjs --task <name> --request <file>`
 * does one short job and prints its `Result` as JSON on standard output.
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { EngineMessage } from '@main/engine-client/engine-messages.ts'
import { createLogger } from '@main/platform/logger.ts'
import { awaitPlannedFaults } from '@main/platform/planned-fault.ts'
import { handleUncaught } from '@main/platform/uncaught.ts'
import { LabError, toFailure, type Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { carryOutRun } from './carry-out-run.ts'
import { engineTasks, isEngineTask } from './engine-tasks.ts'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { task: { type: 'string' }, request: { type: 'string' }, token: { type: 'string' } },
    allowPositionals: true,
  })
  if (values.task !== undefined && values.request !== undefined) {
    const result = await answer(values.task, values.request)
    // A pipe takes a long answer in pieces; the process must not end before the last.
    await new Promise((written) => process.stdout.write(`${JSON.stringify(result)}\n`, written))
    return result.ok ? 0 : 1
  }
  const [home, runId] = positionals
  if (home === undefined || runId === undefined) {
    process.stderr.write(
      'Usage: engine.cjs <home> <runId> [--token <text>] | --task <name> --request <file>\n',
    )
    return 2
  }
  handleUncaught(createLogger('engine'), ({ summary }) => pauseRun(runId, summary))
  awaitPlannedFaults('engine')
  try {
    const { token } = values
    const status = await carryOutRun(home, runId, token === undefined ? {} : { token })
    return status === 'failed' ? 1 : 0
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    process.stderr.write(`${thrown.code}: ${thrown.message}\n`)
    await refuse(thrown.toFailure())
    return 1
  }
}

/** Tells the supervisor why this process does not carry out the run, or no longer. */
async function refuse(failure: Failure): Promise<void> {
  if (!process.connected) return
  const message: EngineMessage = { kind: 'refused', failure }
  await new Promise((sent) => process.send?.(message, undefined, undefined, sent))
}

/** Longest wait for the checkpoint of a run in whose process something unexpected happened. */
const longestPauseMs = 20_000

/**
 * What nobody caught came from outside the training loop, whose own exceptions end the run: so the loop is asked for a
 * checkpoint, as when the system ends the process, and the run can be resumed.
 */
function pauseRun(runId: string, summary: string): void {
  const text = `Something unexpected happened in the engine (${summary}). The run pauses with a checkpoint: resume it. Its engine.log has the details.`
  const event = { type: 'message', runId, time: new Date().toISOString(), level: 'warning', text } as const
  const message: EngineMessage = { kind: 'event', event }
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  setTimeout(() => process.exit(1), longestPauseMs)
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(1)
}

/** The answer of a short job. */
async function answer(name: string, requestPath: string): Promise<Result<unknown>> {
  try {
    if (!isEngineTask(name)) throw new Error(`There is no engine task ${name}.`)
    const request: unknown = JSON.parse(await readFile(requestPath, 'utf8'))
    return { ok: true, value: await engineTasks[name](request) }
  } catch (thrown) {
    // What a person can mend is said once, by whoever asked.
    if (!(thrown instanceof LabError))
      process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
    return { ok: false, failure: toFailure(thrown) }
  }
}

void main().then(
  (code) => {
    // TensorFlow's threads would keep the process alive; everything worth keeping is on disk by now.
    process.exitCode = code
    if (process.connected) process.disconnect()
    setImmediate(() => process.exit(code))
  },
  (thrown: unknown) => {
    // The process cannot go on. Its supervisor reads the end of this log and quotes the line that names the error.
    process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
    process.exit(1)
  },
)
