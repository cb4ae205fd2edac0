import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { isTestMode, startTestMode, type LabTestMode } from './test-mode.ts'

it('is on only where the tests ask for it, and never in a packaged app', () => {
  expect(isTestMode({}, false)).toBe(false)
  expect(isTestMode({ ADDROP_TEST: '1' }, true)).toBe(false)
  expect(isTestMode({ ADDROP_TEST: '1' }, false)).toBe(true)
})

it('finds a block of the thread, once', async () => {
  startTestMode()
  const { labTestMode } = globalThis as unknown as { labTestMode: LabTestMode }
  await pause(20)
  labTestMode.takeLongestBlock()
  const begin = performance.now()
  while (performance.now() - begin < 120);
  const block = labTestMode.takeLongestBlock()
  expect(block.wallMs).toBeGreaterThan(100)
  await pause(20)
  expect(labTestMode.takeLongestBlock().wallMs).toBeLessThan(block.wallMs)
})
