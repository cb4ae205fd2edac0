/** The command line: reads arguments, runs one command, writes one answer, says with which code to exit. */
import { Command, CommanderError } from 'commander'
import { createLab } from '@main/services/create-lab.ts'
import type { Lab } from '@main/services/lab.ts'
import { requireUsableHome } from '@main/storage/usable-home.ts'
import { LabError, toFailure } from '@shared/failures/failure.ts'
import { addAttributeCommand } from './commands/attribute-command.ts'
import { addCheckpointCommand } from './commands/checkpoint-command.ts'
import { addCompareCommand } from './commands/compare-command.ts'
import { addDatasetCommand } from './commands/dataset-command.ts'
import { addDoctorCommand } from './commands/doctor-command.ts'
import { addBenchCommand } from './commands/bench-command.ts'
import { addExportCommand } from './commands/export-command.ts'
import { addParityCommand } from './commands/parity-command.ts'
import { addResumeCommand } from './commands/resume-command.ts'
import { addRunCommand } from './commands/run-command.ts'
import { addRunsCommands } from './commands/runs-command.ts'
import { addSampleCommand } from './commands/sample-command.ts'
import { addStudyCommand } from './commands/study-command.ts'
import { addUnlockCommand } from './commands/unlock-command.ts'
import type { CommandContext } from './command-context.ts'
import { exitCodes, failed, writeAnswer, type Answer, type CliSurroundings, type ExitCode } from './output.ts'

const definitions = [
  addDoctorCommand,
  addDatasetCommand,
  addCheckpointCommand,
  addRunCommand,
  addStudyCommand,
  addResumeCommand,
  addRunsCommands,
  addCompareCommand,
  addExportCommand,
  addAttributeCommand,
  addBenchCommand,
  addParityCommand,
  addSampleCommand,
  addUnlockCommand,
]

/** `--json` and `--events` belong to every command and may stand anywhere; they are taken out before the rest is read. */
function takeForm(args: readonly string[]): { json: boolean; events: boolean; rest: string[] } {
  const end = args.indexOf('--')
  const own = (arg: string, index: number): boolean =>
    (end < 0 || index < end) && (arg === '--json' || arg === '--events')
  return {
    json: args.some((arg, index) => own(arg, index) && arg === '--json'),
    events: args.some((arg, index) => own(arg, index) && arg === '--events'),
    rest: args.filter((arg, index) => !own(arg, index)),
  }
}

/**
 * The commands with their arguments and options, not yet run.
 *
 * @param context what they are carried out with
 */
export function buildProgram(context: CommandContext): Command {
  const { surroundings } = context
  const program = new Command('lab')
  program
    .description('AD-DROP Lab: fine-tuning with and without attribution-driven dropout, compared over seeds.')
    .version(surroundings.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .option('--json', 'exactly one JSON document on standard output')
    .option('--events', 'events as NDJSON on standard output, the summary last')
    .exitOverride()
    .configureOutput({
      writeOut: surroundings.stdout,
      writeErr: surroundings.stderr,
      // The person sees usage errors once, from `usageError` below.
      outputError: () => undefined,
    })
  for (const define of definitions) define(program, context)
  inheritSettings(program)
  return program
}

/** Sub-commands made by `command()` copy the settings of their parent only at that moment; families are reached here. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    inheritSettings(child)
  }
}

function usageError(error: CommanderError): Answer {
  const isIncomplete = error.code === 'commander.help'
  const message = isIncomplete ? 'A command is missing.' : error.message.replace(/^error: /, '')
  const hint = 'See "lab --help", or "lab <command> --help".'
  return {
    exitCode: exitCodes.wrongUsage,
    document: { error: { code: 'invalid-argument', message, hint } },
    text: `${message}\n${hint}`,
  }
}

/**
 * Carries out one command.
 *
 * @param args arguments after the program's name
 * @param surroundings streams, folders, signals
 * @returns exit code: 0 done, 1 an expected failure, 2 wrong usage, 130 interrupted
 */
export async function runCommandLine(
  args: readonly string[],
  surroundings: CliSurroundings,
): Promise<ExitCode> {
  const { json, events, rest } = takeForm(args)
  let lab: Lab | null = null
  let answer: Answer | null = null
  const context: CommandContext = {
    surroundings,
    form: { json, events },
    lab: (use = 'reading') => {
      requireUsableHome(surroundings.home, use)
      const { home, enginePath, sampleFolder, version } = surroundings
      lab ??= createLab({ home, enginePath, sampleFolder, version, queuedRuns: 'leave' })
      return lab
    },
    answer: (given) => {
      answer = given
    },
  }
  try {
    await buildProgram(context).parseAsync([...rest], { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version were asked for and have been written.
      if (thrown.exitCode === 0) return exitCodes.done
      answer = usageError(thrown)
    } else {
      if (!(thrown instanceof LabError)) surroundings.stderr(`${describeDefect(thrown)}\n`)
      answer = failed(toFailure(thrown))
    }
  } finally {
    await closeLab(lab)
  }
  return answer === null ? exitCodes.done : deliver(answer, context)
}

function deliver(answer: Answer, context: CommandContext): ExitCode {
  writeAnswer(answer, context.form, context.surroundings)
  return answer.exitCode
}

async function closeLab(lab: Lab | null): Promise<void> {
  await lab?.close()
}

function describeDefect(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
