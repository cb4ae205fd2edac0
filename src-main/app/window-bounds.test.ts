import { describe, expect, it } from 'vitest'
import { openingBounds, smallestWindow } from './window-bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1040 }
const remembered = { x: 100, y: 50, width: 1300, height: 800, isMaximized: false }

describe('openingBounds', () => {
  it('restores a window that lies on a screen', () => {
    expect(openingBounds(remembered, [screen])).toEqual({ x: 100, y: 50, width: 1300, height: 800 })
  })

  it('restores a window on a second screen to the left', () => {
    const left = { x: -1920, y: 0, width: 1920, height: 1040 }
    expect(openingBounds({ ...remembered, x: -1500 }, [screen, left])).toMatchObject({ x: -1500 })
  })

  it('opens anew when the screen of the last session is gone', () => {
    expect(openingBounds({ ...remembered, x: 2500 }, [screen])).toEqual({ width: 1360, height: 860 })
  })

  it('opens anew when the title bar could not be reached', () => {
    expect(openingBounds({ ...remembered, y: -40 }, [screen])).not.toHaveProperty('x')
  })

  it('never opens smaller than the views need', () => {
    expect(openingBounds({ ...remembered, width: 300, height: 200 }, [screen])).toMatchObject(smallestWindow)
    expect(openingBounds(null, [{ x: 0, y: 0, width: 800, height: 600 }])).toEqual(smallestWindow)
  })
})
