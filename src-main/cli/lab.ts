/** Entry of the command line: real streams, signals and folders around `runCommandLine`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { labHome } from '@main/storage/lab-home.ts'
import { runCommandLine } from './program.ts'

/** Folder of the bundles; the program's own folder is two levels up. */
const bundleFolder = import.meta.dirname
const programFolder = join(bundleFolder, '..', '..')

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
  const { version: found } = JSON.parse(readFileSync(join(programFolder, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return found
}

void runCommandLine(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  workingFolder: process.cwd(),
  home: labHome(process.env),
  enginePath: join(bundleFolder, 'engine.cjs'),
  sampleFolder: join(programFolder, 'resources', 'sample'),
  version: version(),
  onInterrupt,
}).then((exitCode) => {
  process.exitCode = exitCode
})
