/**
 * Entry of the desktop app, and the one place where its parts are created and connected: settings, session rules, the
 * lab's thread, handlers, window, quitting.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  powerSaveBlocker,
  session,
} from 'electron/main'
import { PathTokens } from '@main/ipc/path-tokens.ts'
import { serveContract } from '@main/ipc/serve-contract.ts'
import { windowHandlers } from '@main/ipc/window-handlers.ts'
import { openLogFile } from '@main/platform/log-file.ts'
import { createLogger, sendLogTo } from '@main/platform/logger.ts'
import { nodeExecutable } from '@main/platform/node-executable.ts'
import { awaitPlannedFaults } from '@main/platform/planned-fault.ts'
import { programFiles } from '@main/platform/program-files.ts'
import { handleUncaught } from '@main/platform/uncaught.ts'
import { labHome, logPath } from '@main/storage/lab-home.ts'
import { homeProblem } from '@main/storage/usable-home.ts'
import type { LabEvent, Trouble } from '@shared/contracts/lab-contract.ts'
import { registerAppScheme, servePages } from './app-protocol.ts'
import { applicationMenu } from './application-menu.ts'
import { electronDesktop } from './electron-desktop.ts'
import { broadcastEvent } from './event-broadcast.ts'
import { lineToThread, refusingLine } from './lab-thread-line.ts'
import { LabThread } from './lab-thread.ts'
import { openMainWindow } from './main-window.ts'
import { createQuitGuard, type QuitGuard } from './quit-guard.ts'
import { secureAllContents, secureSession } from './secure-session.ts'
import { openSettingsFile, type SettingsFile } from './settings-file.ts'
import { stayAwakeSwitch } from './stay-awake.ts'
import { TroubleBox } from './trouble-box.ts'
import { isTestMode, startTestMode } from './test-mode.ts'

const home = labHome(process.env)
sendLogTo(openLogFile(logPath(home, 'app')))
const logger = createLogger('app')
const troubles = new TroubleBox()
// The main process goes on: runs are the engines', data the lab thread's, and a window is reloaded without loss.
handleUncaught(logger, ({ summary }) => troubles.add({ part: 'app', consequence: 'goes-on', summary }))
const problem = homeProblem(home)
// Chromium's profile and the single-instance lock go with the data folder: one app per LAB_HOME.
const desktopFolder = problem === null ? join(home, 'desktop') : mkdtempSync(join(tmpdir(), 'addrop-lab-'))
app.setPath('userData', desktopFolder)

registerAppScheme()
if (app.requestSingleInstanceLock()) start()
else app.quit()

function start(): void {
  if (isTestMode(process.env, app.isPackaged)) {
    startTestMode()
    awaitPlannedFaults('main')
  }
  const files = programFiles(app.getAppPath())
  const settings = openSettingsFile(join(desktopFolder, 'settings.json'), logger)
  nativeTheme.themeSource = settings.current().appearance
  Menu.setApplicationMenu(null)
  secureAllContents(app)

  const training = followTraining()
  const thread = new LabThread({
    threadPath: files.labThread,
    environment: environmentWithNode(files.nodeRuntime),
    home,
    enginePath: files.engineEntry,
    samplePath: files.sample,
    version: app.getVersion(),
    logger,
    onEvent(event) {
      training.receive(event)
      broadcastEvent(BrowserWindow.getAllWindows(), event)
    },
    onTrouble: (trouble) => troubles.add(trouble),
  })
  const quitGuard = createQuitGuard({
    isTraining: () => training.isTraining(),
    confirmQuit: askToPauseAndQuit,
    close: () => thread.close(),
    quit: () => app.quit(),
    longestCloseMs: 15_000,
  })
  app.on('before-quit', (event) => quitGuard.onBeforeQuit(event))
  const tokens = new PathTokens()
  const line = problem === null ? lineToThread(thread) : refusingLine(problem)
  const handlers = windowHandlers(line, electronDesktop(settings, home, problem), tokens)
  serveContract(ipcMain, handlers, tokens, (name, thrown) =>
    logger.error(`the call ${name} failed`, { thrown }),
  )
  const open = (): void =>
    openWindow({ preloadPath: files.preload, settings, quitGuard, onPageReady: () => troubles.open(tell) })
  const tell = (trouble: Trouble): void => thread.announce({ type: 'trouble', ...trouble })
  keepOneWindow(open)

  void app.whenReady().then(() => {
    const origin = developmentOrigin()
    secureSession(session.defaultSession, origin)
    servePages(
      session.defaultSession,
      origin === null ? { kind: 'folder', path: files.renderer } : { kind: 'development-server', origin },
    )
    open()
    // After the window, so that loading the lab does not compete with the first paint.
    if (problem === null) thread.start()
    Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform, !app.isPackaged)))
  })
}

interface WindowNeeds {
  readonly preloadPath: string
  readonly settings: SettingsFile
  readonly quitGuard: QuitGuard
  readonly onPageReady: () => void
}

function openWindow({ preloadPath, settings, quitGuard, onPageReady }: WindowNeeds): void {
  openMainWindow({
    preloadPath,
    onPageReady,
    rememberedBounds: settings.current().windowBounds,
    onBoundsChange: (windowBounds) => settings.update({ windowBounds }),
    keepsOpen() {
      if (process.platform === 'darwin' || quitGuard.isLeaving()) return false
      app.quit()
      return true
    },
    onPageGone(reason, isReloaded) {
      troubles.close()
      logger.error('the page crashed', { reason, isReloaded })
    },
  })
}

/** A second launch shows the first one's window; on a Mac a click on the icon opens a closed one again. */
function keepOneWindow(open: () => void): void {
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0]
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('activate', () => {
    if (app.isReady() && BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

/** Origin of Vite's server under `npm run dev`; a packaged app never asks one. */
function developmentOrigin(): string | null {
  const address = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
  return address === undefined ? null : new URL(address).origin
}

/**
 * A thread cannot see that it runs inside Electron, nor where a packaged app keeps its resources, so the Node executable
 * of engine processes is looked up here. Where there is none, launching a run says so.
 */
function environmentWithNode(packed: string | null): NodeJS.ProcessEnv {
  try {
    return { ...process.env, ADDROP_NODE: nodeExecutable(packed) }
  } catch {
    return process.env
  }
}

/** Knows from the queue's events whether a run trains, and keeps the computer awake meanwhile. */
function followTraining(): { isTraining(): boolean; receive(event: LabEvent): void } {
  const setAwake = stayAwakeSwitch(powerSaveBlocker)
  let isTraining = false
  return {
    isTraining: () => isTraining,
    receive(event) {
      if (event.type !== 'queue-changed') return
      isTraining = event.queue.runningRunId !== null
      setAwake(isTraining)
    },
  }
}

async function askToPauseAndQuit(): Promise<boolean> {
  // A dialog of the system cannot be answered by a test.
  if (isTestMode(process.env, app.isPackaged)) return true
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'A run is training.',
    detail: 'Pausing writes a checkpoint; the run goes on from there when you resume it.',
    buttons: ['Pause and quit', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
  })
  return response === 0
}
