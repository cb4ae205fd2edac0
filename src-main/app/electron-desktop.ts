/** The desktop behind the contract's dialogs, appearance and file manager: Electron. */
import { dirname, join } from 'node:path'
import {
  app,
  BrowserWindow,
  dialog,
  nativeTheme,
  type OpenDialogOptions,
  type OpenDialogReturnValue,
} from 'electron/main'
import { shell } from 'electron/common'
import type { Desktop } from '@main/ipc/desktop.ts'
import { programFiles } from '@main/platform/program-files.ts'
import { logPath } from '@main/storage/lab-home.ts'
import { requireUsableHome } from '@main/storage/usable-home.ts'
import type { Failure } from '@shared/failures/failure.ts'
import { isPackedWithOfficialElectron } from './packed-electron.ts'
import type { SettingsFile } from './settings-file.ts'
import { windowBackground } from './window-background.ts'

// A folder and files in one dialog exist on a Mac only; elsewhere files are chosen here, and folders are dropped.
const datasetProperties: NonNullable<OpenDialogOptions['properties']> =
  process.platform === 'darwin'
    ? ['openFile', 'openDirectory', 'multiSelections']
    : ['openFile', 'multiSelections']

const openDialogs: Readonly<Record<'dataset' | 'checkpoint', OpenDialogOptions>> = {
  dataset: { title: 'Add data set', buttonLabel: 'Add', properties: datasetProperties },
  checkpoint: {
    title: 'Add checkpoint folder',
    buttonLabel: 'Add',
    // Elsewhere than on a Mac archives are dropped.
    properties: process.platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openDirectory'],
  },
}

/**
 * The desktop of this Electron process.
 *
 * @param settings where the appearance is remembered
 * @param home data folder of the lab
 * @param homeProblem why it cannot be used
 */
export function electronDesktop(settings: SettingsFile, home: string, homeProblem: Failure | null): Desktop {
  let lastFolder = app.getPath('home')
  return {
    systemInfo: () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      officialElectron: isOfficialElectron(),
      isSandboxed: !app.commandLine.hasSwitch('no-sandbox'),
      home,
      homeProblem,
      platform: process.platform,
      appearance: settings.current().appearance,
    }),
    setAppearance(appearance) {
      nativeTheme.themeSource = appearance
      settings.update({ appearance })
      const background = windowBackground(nativeTheme.shouldUseDarkColors)
      for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(background)
    },
    showLog: () => shell.showItemInFolder(logPath(home, 'app')),
    restart,
    async chooseHome() {
      const { filePaths } = await askForPaths(homeDialog)
      const [folder] = filePaths
      if (folder === undefined) return null
      requireUsableHome(folder, 'writing')
      // Handed on to the process that starts in this one's place.
      process.env['LAB_HOME'] = folder
      restart()
      return folder
    },
    async choosePaths(purpose) {
      const { filePaths } = await askForPaths({ ...openDialogs[purpose], defaultPath: lastFolder })
      if (filePaths[0] !== undefined) lastFolder = dirname(filePaths[0])
      return filePaths
    },
    async chooseTarget(suggestedName) {
      const options = { defaultPath: join(lastFolder, suggestedName) }
      const parent = BrowserWindow.getFocusedWindow()
      const chosen = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options))
      if (chosen.canceled || chosen.filePath === '') return null
      lastFolder = dirname(chosen.filePath)
      return chosen.filePath
    },
    showFolder: (path) => shell.showItemInFolder(path),
  }
}

const homeDialog: OpenDialogOptions = {
  title: 'Choose a data folder',
  buttonLabel: 'Use this folder',
  properties: ['openDirectory', 'createDirectory'],
}

function restart(): void {
  app.relaunch()
  app.quit()
}

function askForPaths(options: OpenDialogOptions): Promise<OpenDialogReturnValue> {
  const parent = BrowserWindow.getFocusedWindow()
  return parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options)
}

/** What the package says, or the npm package's own Electron; the stand-in of development is neither. */
function isOfficialElectron(): boolean {
  if (app.isPackaged) return isPackedWithOfficialElectron(programFiles(app.getAppPath()).packageFile)
  return (process as { readonly defaultApp?: boolean }).defaultApp === true
}
