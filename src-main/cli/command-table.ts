/** The command line as plain data, for whoever describes it: completions of shells. */
import type { Argument, Command, Option } from 'commander'
import type { CommandContext } from './command-context.ts'
import { buildProgram } from './program.ts'

/** One option. */
export interface OptionEntry {
  /** Such as `--format` or `-h`. */
  readonly names: readonly string[]
  readonly description: string
  readonly takesValue: boolean
  /** Values that it may have; empty when any is possible. */
  readonly choices: readonly string[]
}

/** One command, or the program itself. */
export interface CommandEntry {
  /** Words after the program's name; none for the program itself. */
  readonly words: readonly string[]
  readonly description: string
  /** Names of the commands below it. */
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly OptionEntry[]
  /** Whether arguments follow, and the values that they may have. */
  readonly takesArguments: boolean
  readonly choices: readonly string[]
}

/** Every command, the program first, each followed by those below it. */
export function commandTable(): readonly CommandEntry[] {
  const program = buildProgram(inertContext)
  const everywhere = program.options.filter(({ long }) => long === '--json' || long === '--events')
  return entries(program, [], everywhere)
}

/** Commands are described, none is carried out. */
const inertContext: CommandContext = {
  surroundings: {
    stdout: () => undefined,
    stderr: () => undefined,
    isTerminal: false,
    workingFolder: '',
    home: '',
    enginePath: '',
    sampleFolder: '',
    version: '',
    onInterrupt: () => () => undefined,
  },
  form: { json: false, events: false },
  lab: () => {
    throw new Error('A command was carried out that was only to be described')
  },
  answer: () => undefined,
}

function entries(command: Command, words: readonly string[], everywhere: readonly Option[]): CommandEntry[] {
  const visible = command.createHelp().visibleCommands(command)
  const own = command.createHelp().visibleOptions(command)
  const options = [...new Set([...own, ...everywhere])]
  const entry: CommandEntry = {
    words,
    description: command.description(),
    commands: visible.map((child) => ({ name: child.name(), description: child.description() })),
    options: options.map(optionEntry),
    takesArguments: command.registeredArguments.length > 0,
    choices: command.registeredArguments.flatMap((argument: Argument) => argument.argChoices ?? []),
  }
  const below = visible.filter((child) => child.name() !== 'help')
  return [entry, ...below.flatMap((child) => entries(child, [...words, child.name()], everywhere))]
}

function optionEntry({ short, long, description, required, optional, argChoices }: Option): OptionEntry {
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  }
}
