import { expect, test } from '@playwright/test'
import { attachOnFailure } from '../fixtures/failure-screenshot.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'

const folder = temporaryFolder('boots')
let lab: LaunchedLab

test.describe('the app boots', () => {
  test.beforeAll(async () => {
    lab = await launchLab(folder.path)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('shows a window that can be used, without an error', async () => {
    const { window: windowMs, interactive } = lab.startMs
    console.log(`window after ${windowMs.toFixed(0)} ms, interactive after ${interactive.toFixed(0)} ms`)
    const isVisible = await lab.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.isVisible()),
    )
    expect(isVisible).toEqual([true])
    await expect(lab.window).toHaveTitle(/AD-DROP Lab/)
    expect(lab.pageErrors).toEqual([])
  })

  test('gives the page nothing of Node and only the bridge', async () => {
    const seen = await lab.window.evaluate(() => {
      const page = window as unknown as Record<string, unknown>
      return {
        node: ['require', 'process', 'module', 'Buffer', '__dirname', 'global'].filter(
          (name) => page[name] !== undefined,
        ),
        bridge: Object.keys(page['lab'] as object).sort(),
        origin: location.origin,
      }
    })
    expect(seen).toEqual({
      node: [],
      bridge: ['call', 'onEvent', 'pathForFile'],
      origin: 'lab://app',
    })
  })

  test('isolates and sandboxes the page', async () => {
    const preferences = await lab.application.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const { contextIsolation, sandbox, nodeIntegration, webSecurity } = contents.getLastWebPreferences()
      return { contextIsolation, sandbox, nodeIntegration, webSecurity }
    })
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    })
  })

  test('runs no script from text and reaches no network', async () => {
    const outcome = await lab.window.evaluate(async () => {
      const violations: string[] = []
      document.addEventListener('securitypolicyviolation', (event) =>
        violations.push(event.effectiveDirective),
      )
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.body.append(script)
      const fetched = await fetch('https://example.org/').then(
        () => 'answered',
        () => 'refused',
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
      script.remove()
      return { injected: 'injected' in window, fetched, violations: [...new Set(violations)].sort() }
    })
    expect(outcome.injected).toBe(false)
    expect(outcome.fetched).toBe('refused')
    expect(outcome.violations).toContain('connect-src')
    expect(outcome.violations.some((directive) => directive.startsWith('script-src'))).toBe(true)
  })

  test('serves no file from outside the app', async () => {
    const statuses = await lab.window.evaluate(async () => {
      const status = async (path: string): Promise<number> => (await fetch(`lab://app/${path}`)).status
      return [
        await status('..%2f..%2fpackage.json'),
        await status('%2e%2e/main/main.js'),
        await status('no.js'),
      ]
    })
    expect(statuses).toEqual([404, 404, 404])
  })

  test('stays where it is: no navigation away, no second window', async () => {
    await lab.window.evaluate(() => {
      window.open('https://example.org/')
      location.href = 'https://example.org/'
    })
    await lab.window.waitForTimeout(300)
    expect(new URL(lab.window.url()).host).toBe('app')
    expect(lab.application.windows()).toHaveLength(1)
  })
})
