import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { LabBridge } from '@shared/contracts/lab-contract.ts'
import type { Result } from '@shared/failures/result.ts'
import { callLab, tryCall } from '../fixtures/call-lab.ts'
import { writeRteFolder } from '../fixtures/rte-folder.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, sandboxIsOffBecause, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'

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
      bridge: ['call', 'onEvent', 'tokenForFile'],
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

  test('keeps the page in Chromium’s sandbox, as an ordinary user', async () => {
    test.skip(process.platform !== 'linux', 'the kernel’s own word on it is read from /proc')
    test.skip(sandboxIsOffBecause !== null, `the sandbox is off: ${sandboxIsOffBecause}`)
    const { pagePid, user } = await lab.application.evaluate(({ BrowserWindow }) => ({
      pagePid: BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(),
      user: process.getuid?.(),
    }))
    expect(user).not.toBe(0)
    const status = readFileSync(`/proc/${pagePid}/status`, 'utf8')
    // Mode 2: system calls go through a filter; a page without the sandbox has mode 0.
    expect(status).toMatch(/^Seccomp:\t2$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(readlinkSync(`/proc/${pagePid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'))
  })

  test('runs no script from text and reaches no network', async () => {
    const outcome = await lab.window.evaluate(async () => {
      const violations = new Set<string>()
      const bothReported = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          violations.add(effectiveDirective.replace(/-elem$/, ''))
          if (violations.has('connect-src') && violations.has('script-src')) resolve()
        })
      })
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.body.append(script)
      const fetched = await fetch('https://example.org/').then(
        () => 'answered',
        () => 'refused',
      )
      await bothReported
      script.remove()
      return { injected: 'injected' in window, fetched }
    })
    expect(outcome).toEqual({ injected: false, fetched: 'refused' })
  })

  test('reads no file that nobody chose, however the page names it', async () => {
    const secret = join(folder.path, 'secret')
    writeRteFolder(secret, { trainRows: 8, validationRows: 8 })
    const options = { task: null, name: null, skipProblemRows: false }
    const base = { schemaVersion: 1 as const, dataset: secret, checkpoint: secret }
    const study = { schemaVersion: 1 as const, name: 'hostile', base }
    const answers = [
      await tryCall(lab.window, 'drop.inspect', { paths: [secret] }),
      await tryCall(lab.window, 'dataset.import', { ...options, paths: [secret] }),
      await tryCall(lab.window, 'checkpoint.import', { path: secret }),
      await tryCall(lab.window, 'study.plan', { study }),
      await tryCall(lab.window, 'study.launch', { study }),
    ]
    for (const answer of answers) expect(answer.ok).toBe(false)
    expect(await callLab(lab.window, 'dataset.list', undefined)).toEqual([])
    const made = await lab.window.evaluate(() =>
      (window as unknown as { lab: LabBridge }).lab.tokenForFile(new File(['x'], '/etc/passwd')),
    )
    expect(made).toBe('')
  })

  test('a flood of calls is refused, and the window can be used afterwards', async () => {
    const codes = await lab.window.evaluate(async () => {
      const { lab: bridge } = window as unknown as { lab: LabBridge }
      const calls = Array.from({ length: 3000 }, () => bridge.call('queue.state', undefined))
      const answers = (await Promise.all(calls)) as Result<unknown>[]
      return [...new Set(answers.map((answer) => (answer.ok ? 'ok' : answer.failure.code)))].sort()
    })
    expect(codes).toEqual(['ok', 'too-many-calls'])
    await expect.poll(async () => (await tryCall(lab.window, 'queue.state', undefined)).ok).toBe(true)
  })

  test('asks nothing of the system for a page: no device, no camera, no peer connection', async () => {
    const refused = await lab.window.evaluate(async () => {
      const failed = (work: Promise<unknown>): Promise<boolean> =>
        work.then(
          () => false,
          () => true,
        )
      const queries = ['geolocation', 'notifications', 'camera', 'microphone'] as const
      const states = await Promise.all(
        queries.map(async (name) => (await navigator.permissions.query({ name: name })).state),
      )
      return {
        states: [...new Set(states)],
        camera: await failed(navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await failed(navigator.mediaDevices.getDisplayMedia()),
      }
    })
    expect(refused).toEqual({ states: ['denied'], camera: true, screen: true })
    const policy = await lab.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.getWebRTCIPHandlingPolicy(),
    )
    expect(policy).toBe('disable_non_proxied_udp')
  })

  test('a stand-in Electron, or a sandbox that is off, stays said above every view', async () => {
    const info = await callLab(lab.window, 'system.info', undefined)
    const banner = lab.window.getByTestId('safety-banner')
    const isSafe = info.officialElectron && info.isSandboxed
    await expect(banner).toHaveCount(isSafe ? 0 : 1)
    if (!info.officialElectron) await expect(banner).toContainText('stand-in for development')
    if (!info.isSandboxed) await expect(banner).toContainText('sandbox is off')
    await lab.window.reload()
    await expect(banner).toHaveCount(isSafe ? 0 : 1)
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
    // The listener of the app itself is older, so it has decided by the time this one hears of the attempt.
    await lab.application.evaluate(({ BrowserWindow }) => {
      const seen = globalThis as { isNavigationRefused?: boolean }
      BrowserWindow.getAllWindows()[0]!.webContents.once('will-navigate', (event) => {
        seen.isNavigationRefused = event.defaultPrevented
      })
    })
    const opened = await lab.window.evaluate(() => {
      const isOpened = window.open('https://example.org/') !== null
      location.href = 'https://example.org/'
      return isOpened
    })
    expect(opened).toBe(false)
    await expect
      .poll(() =>
        lab.application.evaluate(() => (globalThis as { isNavigationRefused?: boolean }).isNavigationRefused),
      )
      .toBe(true)
    expect(new URL(lab.window.url()).host).toBe('app')
    expect(lab.application.windows()).toHaveLength(1)
  })
})
