import { describe, expect, it } from 'vitest'
import { isForControl } from './use-keyboard-shortcuts.ts'
import { rowWindow } from './use-row-window.ts'

describe('the window of rows', () => {
  it('draws only what is on screen and a margin, of however many rows', () => {
    const { first, end, offset, height } = rowWindow(5000, 34, 34 * 1000, 680, 8)
    expect([first, end, offset, height]).toEqual([992, 1029, 992 * 34, 5000 * 34])
  })

  it('draws short lists whole and empty lists not at all', () => {
    expect(rowWindow(3, 34, 0, 680)).toMatchObject({ first: 0, end: 3 })
    expect(rowWindow(0, 34, 0, 680)).toMatchObject({ first: 0, end: 0, height: 0 })
  })

  it('stays within a list that became shorter than the scroll position', () => {
    const { first, end } = rowWindow(40, 34, 34 * 900, 340)
    expect(end).toBe(40)
    expect(first).toBeLessThan(40)
  })
})

describe('single-key shortcuts', () => {
  const pressedOn = (html: string, init: KeyboardEventInit = {}): KeyboardEvent => {
    document.body.innerHTML = html
    const event = new KeyboardEvent('keydown', { key: 'n', bubbles: true, ...init })
    document.querySelector('#target')!.dispatchEvent(event)
    return event
  }

  it.each(['<input id="target">', '<textarea id="target"></textarea>', '<select id="target"></select>'])(
    'leave keys to %s',
    (html) => expect(isForControl(pressedOn(html))).toBe(true),
  )

  it.each(['<button id="target">x</button>', '<input id="target" type="checkbox">'])('work on %s', (html) =>
    expect(isForControl(pressedOn(html))).toBe(false),
  )

  it('leave combinations and open dialogs alone', () => {
    expect(isForControl(pressedOn('<button id="target">x</button>', { ctrlKey: true }))).toBe(true)
    expect(isForControl(pressedOn('<dialog open><button id="target">x</button></dialog>'))).toBe(true)
  })
})
