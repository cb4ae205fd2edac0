/**
 * The bridge `window.lab`: the only thing of the main process that a window sees. Sandboxed, so one bundled file without
 * Node; it passes on the names of `callNames` and nothing else.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer'
import { callChannel, callNames, droppedFileChannel, eventChannel } from '@shared/contracts/channel-names.ts'

/** A failure as `src-shared/failures` describes it, written out here because the preload imports only names. */
const refused = (message: string) => ({
  ok: false,
  failure: {
    code: 'internal-error',
    message,
    hint: 'This is a defect in the application; restart it and report what you did.',
  },
})

const call = async (name: string, input: unknown): Promise<unknown> => {
  if (!(callNames as readonly string[]).includes(name)) return refused(`There is no call named “${name}”.`)
  try {
    return (await ipcRenderer.invoke(callChannel, name, input)) as unknown
  } catch (thrown) {
    return refused(
      `The call ${name} got no answer: ${thrown instanceof Error ? thrown.message : 'no reason'}.`,
    )
  }
}

const onEvent = (listener: (event: unknown) => void): (() => void) => {
  const forward = (_event: unknown, labEvent: unknown): void => listener(labEvent)
  ipcRenderer.on(eventChannel, forward)
  return () => void ipcRenderer.removeListener(eventChannel, forward)
}

/** `File.path` was removed in Electron 32, `webUtils` came in 29; either may be the one that is there. */
const pathForFile = (file: unknown): string => {
  if (!(file instanceof File)) return ''
  const utilities = webUtils as typeof webUtils | undefined
  if (utilities) return utilities.getPathForFile(file)
  return (file as File & { readonly path?: string }).path ?? ''
}

/** The path stays on this side of the bridge; a file that a page made itself has none. */
const tokenForFile = async (file: unknown): Promise<string> => {
  const path = pathForFile(file)
  if (path === '') return ''
  try {
    return String(await ipcRenderer.invoke(droppedFileChannel, path))
  } catch {
    return ''
  }
}

contextBridge.exposeInMainWorld('lab', { call, onEvent, tokenForFile })
