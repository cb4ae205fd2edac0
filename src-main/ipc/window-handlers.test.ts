import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { callNames } from '@shared/contracts/channel-names.ts'
import type { SystemInfo } from '@shared/contracts/lab-contract.ts'
import { desktopCallNames } from './call-handlers.ts'
import type { Desktop } from './desktop.ts'
import { windowHandlers, type LabLine } from './window-handlers.ts'

const folder = mkdtempSync(join(tmpdir(), 'window-handlers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const info: SystemInfo = {
  version: '0.1.0',
  electron: '25.1.1',
  officialElectron: false,
  home: '/home/lab',
  homeProblem: null,
  platform: 'linux',
  appearance: 'system',
}

function fakeDesktop(overrides: Partial<Desktop> = {}): Desktop {
  return {
    systemInfo: () => info,
    setAppearance: vi.fn(),
    showLog: vi.fn(),
    restart: vi.fn(),
    chooseHome: () => Promise.resolve(null),
    choosePaths: () => Promise.resolve(['/data/RTE']),
    chooseTarget: () => Promise.resolve(null),
    showFolder: vi.fn(),
    ...overrides,
  }
}

function fakeLab(answer: unknown = null) {
  const call = vi.fn(() => Promise.resolve(answer))
  const comparisonText = vi.fn(() => Promise.resolve('a,b\n'))
  return { line: { call, comparisonText } as unknown as LabLine, call, comparisonText }
}

describe('windowHandlers', () => {
  it('has a handler for every call of the contract', () => {
    const handlers = windowHandlers(fakeLab().line, fakeDesktop())
    expect(Object.keys(handlers).sort()).toEqual([...callNames].sort())
  })

  it('passes every call that needs no desktop on to the lab, with its input', async () => {
    const lab = fakeLab('answer')
    const handlers = windowHandlers(lab.line, fakeDesktop()) as unknown as Record<
      string,
      (input: unknown) => Promise<unknown>
    >
    for (const name of callNames.filter((each) => !(desktopCallNames as readonly string[]).includes(each))) {
      expect(await handlers[name]!({ of: name })).toBe('answer')
      expect(lab.call).toHaveBeenLastCalledWith(name, { of: name })
    }
  })

  it('shows the folder that the lab names for the run, and no path that a window names', async () => {
    const showFolder = vi.fn()
    const lab = fakeLab({ folder: '/home/lab/runs/r1' })
    await windowHandlers(lab.line, fakeDesktop({ showFolder }))['shell.showRunFolder']({ runId: 'r1' })
    expect(lab.call).toHaveBeenCalledWith('run.show', { runId: 'r1' })
    expect(showFolder).toHaveBeenCalledWith('/home/lab/runs/r1')
  })

  it('changes the appearance and answers the new state', async () => {
    const setAppearance = vi.fn()
    const handlers = windowHandlers(fakeLab().line, fakeDesktop({ setAppearance }))
    expect(await handlers['system.setAppearance']({ appearance: 'dark' })).toEqual(info)
    expect(setAppearance).toHaveBeenCalledWith('dark')
  })

  describe('exporting a comparison', () => {
    const request = { ids: ['study'], baseline: null, format: 'csv' as const }

    it('writes the text where the person wants it', async () => {
      const path = join(folder, 'table.csv')
      const chooseTarget = vi.fn(() => Promise.resolve(path))
      const handlers = windowHandlers(fakeLab().line, fakeDesktop({ chooseTarget }))
      expect(await handlers['compare.export'](request)).toEqual({ path })
      expect(readFileSync(path, 'utf8')).toBe('a,b\n')
      expect(chooseTarget).toHaveBeenCalledWith('comparison.csv')
    })

    it('writes nothing when the person cancels', async () => {
      const handlers = windowHandlers(fakeLab().line, fakeDesktop())
      expect(await handlers['compare.export'](request)).toEqual({ path: null })
    })

    it('says so when the place cannot be written', async () => {
      const chooseTarget = () => Promise.resolve(join(folder, 'missing', 'table.csv'))
      const handlers = windowHandlers(fakeLab().line, fakeDesktop({ chooseTarget }))
      await expect(handlers['compare.export'](request)).rejects.toMatchObject({ code: 'file-unreadable' })
    })
  })
})
