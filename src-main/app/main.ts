/**
 * Entry of the desktop app, and the one place where its parts are created and connected: settings, session rules, lab,
 * handlers, window, quitting.
 */
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
import type { CallHandlers } from '@main/ipc/call-handlers.ts'
import { serveContract } from '@main/ipc/serve-contract.ts'
import { createLogger } from '@main/platform/logger.ts'
import { labHome } from '@main/storage/lab-home.ts'
import { appFolders } from './app-folders.ts'
import { registerAppScheme, serveAppFiles } from './app-protocol.ts'
import { applicationMenu } from './application-menu.ts'
import { electronDesktop } from './electron-desktop.ts'
import { openMainWindow } from './main-window.ts'
import { createQuitGuard } from './quit-guard.ts'
import { secureAllContents, secureSession } from './secure-session.ts'
import { openSettingsFile } from './settings-file.ts'

const logger = createLogger('app')
const isTest = process.env['ADDROP_TEST'] === '1'
const home = labHome(process.env)
// Chromium's profile and the single-instance lock go with the data folder: one app per LAB_HOME.
const desktopFolder = join(home, 'desktop')
app.setPath('userData', desktopFolder)

registerAppScheme()
if (app.requestSingleInstanceLock()) start()
else app.quit()

function start(): void {
  const folders = appFolders(app.getAppPath())
  const settings = openSettingsFile(join(desktopFolder, 'settings.json'), logger)
  const desktop = electronDesktop(settings, home)
  nativeTheme.themeSource = settings.current().appearance
  Menu.setApplicationMenu(null)
  secureAllContents(app)
  const handlers = Promise.reject<CallHandlers>(new Error('not yet'))
  handlers.catch(() => undefined)
  void desktop
  const quitGuard = createQuitGuard({
    isTraining: () => false,
    confirmQuit: async () => {
      if (isTest) return true
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: 'A run is training.',
        detail: 'Pausing writes a checkpoint; the run goes on from there when you resume it.',
        buttons: ['Pause and quit', 'Cancel'],
        defaultId: 0,
        cancelId: 1,
      })
      return response === 0
    },
    close: () => Promise.resolve(),
    quit: () => app.quit(),
    longestCloseMs: 15_000,
  })
  app.on('before-quit', (event) => quitGuard.onBeforeQuit(event))
  serveContract(ipcMain, handlers, (name, thrown) => logger.error(`the call ${name} failed`, { thrown }))

  const openWindow = (): BrowserWindow =>
    openMainWindow({
      preloadPath: folders.preload,
      rememberedBounds: settings.current().windowBounds,
      onBoundsChange: (windowBounds) => settings.update({ windowBounds }),
      keepsOpen: () => {
        if (process.platform === 'darwin' || quitGuard.isLeaving()) return false
        app.quit()
        return true
      },
      onPageGone: (reason, isReloaded) => logger.error('the page crashed', { reason, isReloaded }),
    })
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0]
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  void app.whenReady().then(() => {
    secureSession(session.defaultSession)
    serveAppFiles(session.defaultSession, folders.renderer)
    openWindow()
    Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform, !app.isPackaged)))
    app.on('activate', () => {
      if (BrowserWindow.getAllWindows().length === 0) openWindow()
    })
  })
}

void powerSaveBlocker
