/** Answers of the main process: desktop calls by the desktop, everything else passed on to the lab. */
import { writeFileDurably } from '@main/platform/durable-file.ts'
import { callNames } from '@shared/contracts/channel-names.ts'
import type { CallOutput, ParsedCallInput } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'
import {
  desktopCallNames,
  type CallHandlers,
  type DesktopCallName,
  type LabCallName,
  type LabHandlers,
} from './call-handlers.ts'
import type { Desktop } from './desktop.ts'
import type { PathTokens } from './path-tokens.ts'
import { requireRegistered } from './registered-only.ts'

/** A comparison to be written into a file. */
export type ComparisonTextRequest = ParsedCallInput<'compare.export'>

/** The lab, wherever it works. Failures are thrown as `LabError`. */
export interface LabLine {
  call<Name extends LabCallName>(name: Name, input: ParsedCallInput<Name>): Promise<CallOutput<Name>>
  /** Text of a comparison in one of the export formats. */
  comparisonText(request: ComparisonTextRequest): Promise<string>
}

const fileEndings = { csv: 'csv', json: 'json', latex: 'tex' } as const

/**
 * A handler for every call of a window.
 *
 * @param lab where the lab's own calls go
 * @param desktop dialogs, appearance, file manager
 * @param tokens stand for paths in everything that a window sends and gets
 */
export function windowHandlers(lab: LabLine, desktop: Desktop, tokens: PathTokens): CallHandlers {
  return {
    ...forwardedHandlers(lab),
    ...chosenFileHandlers(lab, tokens),
    ...registeredOnlyHandlers(lab),
    ...desktopHandlers(lab, desktop, tokens),
  }
}

/** Calls that name files: what they name must have been chosen or dropped. */
function chosenFileHandlers(
  lab: LabLine,
  tokens: PathTokens,
): Pick<CallHandlers, 'drop.inspect' | 'dataset.import' | 'checkpoint.import'> {
  const pathsOf = (names: readonly string[]): string[] => names.map((name) => tokens.pathOf(name))
  return {
    'drop.inspect': async ({ paths }) => {
      const found = await lab.call('drop.inspect', { paths: pathsOf(paths) })
      return found.map((each) => ({ ...each, paths: each.paths.map((path) => tokens.tokenFor(path)) }))
    },
    'dataset.import': (input) => lab.call('dataset.import', { ...input, paths: pathsOf(input.paths) }),
    'checkpoint.import': ({ path }) => lab.call('checkpoint.import', { path: tokens.pathOf(path) }),
  }
}

/** Calls with a study: it names what is registered. */
function registeredOnlyHandlers(lab: LabLine): Pick<CallHandlers, 'study.plan' | 'study.launch'> {
  const check = async ({ study }: ParsedCallInput<'study.plan'>): Promise<void> => {
    const [datasets, checkpoints] = await Promise.all([
      lab.call('dataset.list', undefined),
      lab.call('checkpoint.list', undefined),
    ])
    requireRegistered(study, 'dataset', new Set(datasets.map(({ datasetId }) => datasetId)))
    requireRegistered(study, 'checkpoint', new Set(checkpoints.map(({ checkpointId }) => checkpointId)))
  }
  return {
    'study.plan': async (input) => {
      await check(input)
      return lab.call('study.plan', input)
    },
    'study.launch': async (input) => {
      await check(input)
      return lab.call('study.launch', input)
    },
  }
}

function desktopHandlers(
  lab: LabLine,
  desktop: Desktop,
  tokens: PathTokens,
): Pick<CallHandlers, DesktopCallName> {
  return {
    'system.info': () => desktop.systemInfo(),
    'system.setAppearance': ({ appearance }) => {
      desktop.setAppearance(appearance)
      return desktop.systemInfo()
    },
    'system.showLog': () => {
      desktop.showLog()
      return null
    },
    'system.restart': () => {
      desktop.restart()
      return null
    },
    'system.chooseHome': async () => ({ folder: await desktop.chooseHome() }),
    'dialog.open': async ({ purpose }) => ({
      paths: (await desktop.choosePaths(purpose)).map((path) => tokens.tokenFor(path)),
    }),
    'shell.showRunFolder': async ({ runId }) => {
      const { folder } = await lab.call('run.show', { runId })
      desktop.showFolder(folder)
      return null
    },
    'compare.export': async (request) => {
      const text = await lab.comparisonText(request)
      const path = await desktop.chooseTarget(`comparison.${fileEndings[request.format]}`)
      if (path !== null) writeText(path, text)
      return { path }
    },
  }
}

function forwardedHandlers(lab: LabLine): LabHandlers {
  const isForwarded = (name: string): name is LabCallName =>
    !(desktopCallNames as readonly string[]).includes(name)
  const handlers = callNames
    .filter(isForwarded)
    .map((name) => [name, (input: ParsedCallInput<typeof name>) => lab.call(name, input)] as const)
  // `callNames` holds every name (a test keeps it equal to the contract), so no handler is missing.
  return Object.fromEntries(handlers) as unknown as LabHandlers
}

/** A file that was there stays whole until the new one is. */
function writeText(path: string, text: string): void {
  try {
    writeFileDurably(path, text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LabError(
      cause instanceof LabError ? cause.code : 'file-unreadable',
      `The comparison could not be written to ${path}: ${reason}.`,
      'Choose a folder that you may write to and that has space left.',
      { cause },
    )
  }
}
