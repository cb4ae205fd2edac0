/** Where the window opens: where it was, if that place is still on a screen. */
import type { WindowBounds } from './desktop-settings.ts'

/** A rectangle of the desktop in device-independent pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Smallest window in which every view still works. */
export const smallestWindow = { width: 1024, height: 640 } as const
const firstWindow = { width: 1360, height: 860 } as const
/** As much of the title bar as a hand needs to drag the window back, in pixels. */
const reachableTitleBar = { width: 120, height: 32 } as const

/**
 * Bounds for the next window.
 *
 * @param remembered bounds of the last session, null on the first launch
 * @param workAreas usable area of each screen, the primary one first
 * @returns the remembered bounds where their title bar can be reached, else a default size without a place
 */
export function openingBounds(
  remembered: WindowBounds | null,
  workAreas: readonly Area[],
): Partial<Area> & { readonly width: number; readonly height: number } {
  if (remembered !== null && workAreas.some((area) => isTitleBarReachable(remembered, area))) {
    const { x, y, width, height } = remembered
    return {
      x,
      y,
      width: Math.max(width, smallestWindow.width),
      height: Math.max(height, smallestWindow.height),
    }
  }
  const primary = workAreas[0] ?? firstWindow
  return {
    width: Math.max(smallestWindow.width, Math.min(firstWindow.width, primary.width)),
    height: Math.max(smallestWindow.height, Math.min(firstWindow.height, primary.height)),
  }
}

function isTitleBarReachable(bounds: Area, area: Area): boolean {
  const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  const isTopInside = bounds.y >= area.y && bounds.y + reachableTitleBar.height <= area.y + area.height
  return isTopInside && visibleWidth >= reachableTitleBar.width
}
