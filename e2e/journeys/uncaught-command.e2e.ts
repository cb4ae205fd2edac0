import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { repositoryFolder } from '../fixtures/electron-location.ts'
import { attachLogs } from '../fixtures/failure-evidence.ts'
import { temporaryFolder } from '../fixtures/launch-lab.ts'
import { expectLogged, PlannedFaults } from '../fixtures/planned-faults.ts'
import { loggedSteps, readRunRecord } from '../fixtures/run-records.ts'
import { whileItMoves } from '../fixtures/while-it-moves.ts'

const folder = temporaryFolder('uncaught-command')
const home = join(folder.path, 'home')
const faults = new PlannedFaults(join(folder.path, 'faults'))
let runId = ''
let latest: Command | undefined

/** A command of the command line on its way. */
class Command {
  stdout = ''
  stderr = ''
  exitCode: number | null = null
  readonly #child

  constructor(...args: readonly string[]) {
    const program = join(repositoryFolder, 'out', 'main', 'lab.cjs')
    const env = { ...process.env, LAB_HOME: home, ...faults.variables }
    this.#child = spawn(process.execPath, [program, ...args, '--events'], { env })
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.#child.on('close', (code) => (this.exitCode = code ?? -1))
  }

  get lines(): { readonly type?: string; readonly runId?: string; readonly error?: unknown }[] {
    const complete = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1)
    return complete
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type?: string; runId?: string; error?: unknown })
  }

  get steps(): number {
    return this.lines.filter(({ type }) => type === 'step').length
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

function start(...args: readonly string[]): Command {
  latest = new Command(...args)
  return latest
}

/** Waits until the run has taken steps, makes the command fail, and waits for its end and for the engine's. */
async function failAfterSteps(command: Command, fault: string): Promise<void> {
  await whileItMoves('the command has reported five steps', () => {
    expect(command.exitCode, command.stderr).toBeNull()
    return { isDone: command.steps >= 5, progress: command.stdout.length + command.stderr.length }
  })
  runId = command.lines.find(({ type }) => type === 'step')!.runId!
  await faults.cause(fault)
  await expect.poll(() => command.exitCode).toBe(1)
  expect(command.stderr).toContain(`planned: ${fault}`)
  expect(command.lines.at(-1)).toMatchObject({ error: { code: 'internal-error' } })
  await expectLogged(join(home, 'logs', 'command-line.log'), fault)
  await whileItMoves(`run ${runId} is interrupted`, () => {
    const { status } = readRunRecord(home, runId)
    return { isDone: status === 'interrupted', progress: `${status} ${loggedSteps(home, runId).length}` }
  })
}

test.describe.serial('what nobody caught in the command line', () => {
  test.afterEach(async ({}, info) => {
    if (info.status !== info.expectedStatus) await attachLogs(home, latest?.stderr ?? '', info)
  })
  test.afterAll(() => {
    if (latest?.exitCode === null) latest.end()
    folder.remove()
  })

  test('exception: logged, one coded answer, the run pauses with a checkpoint', async () => {
    await failAfterSteps(start('sample'), 'command-exception')
  })

  test('rejection: the same, for a run that was resumed', async () => {
    await failAfterSteps(start('resume', runId), 'command-rejection')
  })

  test('the run is resumed to its end, and no step is missing', async () => {
    const command = start('resume', runId)
    await whileItMoves('the command has ended', () => ({
      isDone: command.exitCode !== null,
      progress: command.stdout.length + command.stderr.length,
    }))
    expect(command.exitCode, command.stderr).toBe(0)
    const { status, epochs } = readRunRecord(home, runId)
    expect(status).toBe('done')
    const steps = new Set(loggedSteps(home, runId))
    const expected = epochs.reduce((sum, epoch) => sum + epoch.steps, 0)
    expect([...steps].sort((one, other) => one - other)).toEqual(
      Array.from({ length: expected }, (_, index) => index + 1),
    )
  })
})
