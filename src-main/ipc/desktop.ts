/** What the lab may ask of the desktop it runs on; Electron behind it, a fake in tests. */
import type { SystemInfo } from '@shared/contracts/lab-contract.ts'

/** The desktop. */
export interface Desktop {
  systemInfo(): SystemInfo
  /** Changes light and dark, and remembers it. */
  setAppearance(appearance: SystemInfo['appearance']): void
  /** Shows the app's log in the system's file manager. */
  showLog(): void
  /** Ends the app as quitting does, and starts it again. */
  restart(): void
  /** Lets the person choose a data folder and starts the app again with it; null when they cancel. */
  chooseHome(): Promise<string | null>
  /** Lets the person choose files or a folder; empty when they cancel. */
  choosePaths(purpose: 'dataset' | 'checkpoint'): Promise<readonly string[]>
  /** Lets the person choose where to write; null when they cancel. */
  chooseTarget(suggestedName: string): Promise<string | null>
  /** Shows a folder in the system's file manager. */
  showFolder(path: string): void
}
