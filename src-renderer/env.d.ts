/** What the preload puts on the window; absent when the page runs outside the app. */
import type { LabBridge } from '@shared/contracts/lab-contract.ts'

declare global {
  interface Window {
    readonly lab?: LabBridge
  }
}
