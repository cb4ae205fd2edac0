/** The window: where it opens, how it looks before the first paint, what happens when its page crashes. */
import { BrowserWindow, nativeTheme, screen } from 'electron/main'
import { appOrigin } from '@main/ipc/sender-guard.ts'
import type { WindowBounds } from './desktop-settings.ts'
import { windowBackground } from './window-background.ts'
import { openingBounds, smallestWindow } from './window-bounds.ts'

/** A page that crashes again within this time is not reloaded again. */
const crashLoopMs = 60_000

/** What a window needs to know. */
export interface MainWindowOptions {
  /** Absolute path of the bundled preload. */
  readonly preloadPath: string
  readonly rememberedBounds: WindowBounds | null
  /** Told the bounds to remember when they have changed. */
  onBoundsChange(bounds: WindowBounds): void
  /** Asked before the window closes; true keeps it open. */
  keepsOpen(): boolean
  /** Told when a page has been loaded and listens to events. */
  onPageReady(): void
  /** Told when the page crashed; `isReloaded` is false when it crashed again soon after a reload. */
  onPageGone(reason: string, isReloaded: boolean): void
}

/**
 * Opens the window and loads the app into it.
 *
 * @param options see there
 */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const workAreas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(
    (display) => display.workArea,
  )
  const window = new BrowserWindow({
    ...openingBounds(options.rememberedBounds, workAreas),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'AD-DROP Lab',
    backgroundColor: windowBackground(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: options.preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => {
    // `maximize` also shows, so it must wait for the first paint as well.
    if (options.rememberedBounds?.isMaximized === true) window.maximize()
    window.show()
  })
  window.webContents.on('did-finish-load', () => options.onPageReady())
  rememberBounds(window, options)
  reloadAfterCrash(window, options)
  window.on('close', (event) => {
    if (options.keepsOpen()) event.preventDefault()
  })
  void window.loadURL(`${appOrigin}/index.html`)
  return window
}

function rememberBounds(window: BrowserWindow, options: MainWindowOptions): void {
  const remember = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return
    options.onBoundsChange({ ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  }
  let timer: NodeJS.Timeout | undefined
  const rememberSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(remember, 500)
  }
  window.on('resize', rememberSoon)
  window.on('move', rememberSoon)
  window.on('close', remember)
  window.on('closed', () => clearTimeout(timer))
}

function reloadAfterCrash(window: BrowserWindow, options: MainWindowOptions): void {
  let lastReloadAt = -Infinity
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return
    const now = performance.now()
    const isReloaded = now - lastReloadAt > crashLoopMs
    lastReloadAt = now
    options.onPageGone(details.reason, isReloaded)
    if (isReloaded && !window.isDestroyed()) window.webContents.reload()
  })
}
