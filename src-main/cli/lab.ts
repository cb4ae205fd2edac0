/** Entry of the command line: real streams, signals and folders around `runCommandLine`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLogFile } from '@main/platform/log-file.ts'
import { createLogger } from '@main/platform/logger.ts'
import { awaitPlannedFaults } from '@main/platform/planned-fault.ts'
import { programFiles } from '@main/platform/program-files.ts'
import { handleUncaught, type Uncaught } from '@main/platform/uncaught.ts'
import { labHome, logPath } from '@main/storage/lab-home.ts'
import { exitCodes, failed, writeAnswer, type CliSurroundings } from './output.ts'
import { runCommandLine } from './program.ts'

/** The bundles lie two levels below the program's own folder. */
const programFolder = join(import.meta.dirname, '..', '..')
const files = programFiles(programFolder)

/** A reader that has gone (`lab runs | head`) is no defect. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

function onInterrupt(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}

function version(): string {
  const { version: found } = JSON.parse(readFileSync(files.packageFile, 'utf8')) as {
    readonly version: string
  }
  return found
}

/** null: the folder in which the command was started is not there any more. */
function currentFolder(): string | null {
  try {
    return process.cwd()
  } catch {
    return null
  }
}

const workingFolder = currentFolder()
if (workingFolder === null) process.chdir(programFolder)
const home = labHome(process.env)
const surroundings: CliSurroundings = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  workingFolder: workingFolder ?? programFolder,
  home,
  enginePath: files.engineEntry,
  sampleFolder: files.sample,
  version: version(),
  onInterrupt,
}

/** The process ends: its engine notices, and pauses a run that trains with a checkpoint. */
function endAfter({ summary }: Uncaught): void {
  const args = process.argv.slice(2)
  const answer = failed({
    code: 'internal-error',
    message: `Something unexpected happened: ${summary}`,
    hint: `${logPath(home, 'command-line')} has the details. A run that was training pauses with a checkpoint; "lab resume" goes on.`,
  })
  writeAnswer(answer, { json: args.includes('--json'), events: args.includes('--events') }, surroundings)
  process.exitCode = exitCodes.failed
  process.stdout.write('', () => process.exit(exitCodes.failed))
}

/** A relative path would mean another folder than the person's. */
function refuseMissingFolder(): void {
  const args = process.argv.slice(2)
  const answer = failed({
    code: 'not-found',
    message: 'The folder in which the command was started is not there any more.',
    hint: 'Change into a folder that exists (cd), and start the command again.',
  })
  writeAnswer(answer, { json: args.includes('--json'), events: args.includes('--events') }, surroundings)
  process.exitCode = exitCodes.failed
}

function start(): void {
  handleUncaught(createLogger('lab', openLogFile(logPath(home, 'command-line'))), endAfter)
  awaitPlannedFaults('command')
  void runCommandLine(process.argv.slice(2), surroundings).then((exitCode) => {
    process.exitCode = exitCode
  })
}

if (workingFolder === null) refuseMissingFolder()
else start()
