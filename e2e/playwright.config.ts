/** Desktop tests: the built app in a real Electron, one journey after the other. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'journeys',
  testMatch: '*.e2e.ts',
  outputDir: '../test-results/desktop',
  // One window and one training process at a time: journeys measure time, and share two cores.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // A hang fails within a minute; work that takes longer extends its test's time while it moves (while-it-moves.ts).
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
})
