/**
 * Entry of the engine process: `engine.cjs <home> <runId>` carries out a run; `engine.cjs --task <name> --request <file>`
 * does one short job and prints its `Result` as JSON on standard output.
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { EngineMessage } from '@main/engine-client/engine-messages.ts'
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

void main().then((code) => {
  // TensorFlow's threads would keep the process alive; everything worth keeping is on disk by now.
  process.exitCode = code
  if (process.connected) process.disconnect()
  setImmediate(() => process.exit(code))
})
