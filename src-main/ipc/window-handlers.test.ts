import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { callNames } from '@shared/contracts/channel-names.ts'
import type { SystemInfo } from '@shared/contracts/lab-contract.ts'
import { desktopCallNames } from './call-handlers.ts'
import type { Desktop } from './desktop.ts'
import { PathTokens } from './path-tokens.ts'
import { windowHandlers, type LabLine } from './window-handlers.ts'

const folder = mkdtempSync(join(tmpdir(), 'window-handlers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const info: SystemInfo = {
  version: '0.1.0',
  electron: '25.1.1',
  officialElectron: false,
  home: '/home/lab',
  homeProblem: null,
  isSandboxed: true,
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
  const call = vi.fn((..._sent: unknown[]) => Promise.resolve(answer))
  const comparisonText = vi.fn(() => Promise.resolve('a,b\n'))
  return { line: { call, comparisonText } as unknown as LabLine, call, comparisonText }
}

describe('windowHandlers', () => {
  it('has a handler for every call of the contract', () => {
    const handlers = windowHandlers(fakeLab().line, fakeDesktop(), new PathTokens())
    expect(Object.keys(handlers).sort()).toEqual([...callNames].sort())
  })

  it('passes every call that needs no desktop on to the lab, with its input', async () => {
    const lab = fakeLab('answer')
    const handlers = windowHandlers(lab.line, fakeDesktop(), new PathTokens()) as unknown as Record<
      string,
      (input: unknown) => Promise<unknown>
    >
    // These look at what a window named before they pass it on; see below.
    const checked = ['drop.inspect', 'dataset.import', 'checkpoint.import', 'study.plan', 'study.launch']
    const own: readonly string[] = [...desktopCallNames, ...checked]
    for (const name of callNames.filter((each) => !own.includes(each))) {
      expect(await handlers[name]!({ of: name })).toBe('answer')
      expect(lab.call).toHaveBeenLastCalledWith(name, { of: name })
    }
  })

  it('shows the folder that the lab names for the run, and no path that a window names', async () => {
    const showFolder = vi.fn()
    const lab = fakeLab({ folder: '/home/lab/runs/r1' })
    await windowHandlers(lab.line, fakeDesktop({ showFolder }), new PathTokens())['shell.showRunFolder']({
      runId: 'r1',
    })
    expect(lab.call).toHaveBeenCalledWith('run.show', { runId: 'r1' })
    expect(showFolder).toHaveBeenCalledWith('/home/lab/runs/r1')
  })

  describe('files and folders', () => {
    function withTokens(answer: unknown = []) {
      const tokens = new PathTokens()
      const lab = fakeLab(answer)
      const handlers = windowHandlers(lab.line, fakeDesktop(), tokens)
      return { tokens, lab, handlers }
    }
    const options = { task: null, name: null, skipProblemRows: false }

    it('have tokens in a window: the dialog hands them out, and the import finds the path', async () => {
      const { lab, handlers } = withTokens()
      const { paths } = await handlers['dialog.open']({ purpose: 'dataset' })
      expect(paths).toEqual([expect.stringMatching(/^chosen:.*\/RTE$/)])
      await handlers['dataset.import']({ ...options, paths: [...paths] })
      expect(lab.call).toHaveBeenLastCalledWith('dataset.import', { ...options, paths: ['/data/RTE'] })
      await handlers['checkpoint.import']({ path: paths[0]! })
      expect(lab.call).toHaveBeenLastCalledWith('checkpoint.import', { path: '/data/RTE' })
    })

    it('are inspected by token, and what is found has tokens too', async () => {
      const found = [{ kind: 'dataset', paths: ['/data/RTE/train.tsv'], description: 'GLUE folder' }]
      const { tokens, lab, handlers } = withTokens(found)
      const [inspected] = await handlers['drop.inspect']({ paths: [tokens.tokenFor('/data/RTE')] })
      expect(lab.call).toHaveBeenCalledWith('drop.inspect', { paths: ['/data/RTE'] })
      expect(JSON.stringify(inspected)).not.toContain('/data')
      expect(tokens.pathOf(inspected!.paths[0]!)).toBe('/data/RTE/train.tsv')
    })

    it.each(['drop.inspect', 'dataset.import', 'checkpoint.import'] as const)(
      'that nobody chose are refused before the lab hears of them: %s',
      async (name) => {
        const { lab, handlers } = withTokens()
        const handler = handlers[name] as (input: unknown) => Promise<unknown>
        const input = { ...options, paths: ['/etc/passwd'], path: '/etc/passwd' }
        await expect(async () => handler(input)).rejects.toThrow('nobody chose')
        expect(lab.call).not.toHaveBeenCalled()
      },
    )

    it.each([
      ['in its base', { base: { dataset: '/etc' }, grid: {}, points: [] }],
      ['in its grid', { base: { dataset: 'd-1' }, grid: { dataset: ['d-1', '/etc'] }, points: [] }],
      ['in its points', { base: { dataset: 'd-1' }, grid: {}, points: [{ checkpoint: './secret' }] }],
    ])('are not named by a study %s', async (_where, study) => {
      const { lab, handlers } = withTokens([{ datasetId: 'd-1', checkpointId: 'c-1' }])
      for (const name of ['study.plan', 'study.launch'] as const) {
        const handler = handlers[name] as (input: unknown) => Promise<unknown>
        await expect(handler({ study })).rejects.toMatchObject({ code: 'not-found' })
      }
      expect(lab.call.mock.calls.map(([name]) => name as string)).not.toContain('study.launch')
    })

    it('a study of what is registered goes through', async () => {
      const { lab, handlers } = withTokens([{ datasetId: 'd-1', checkpointId: 'c-1' }])
      const study = { base: { dataset: 'd-1', checkpoint: 'c-1' }, grid: {}, points: [] }
      await (handlers['study.launch'] as (input: unknown) => Promise<unknown>)({ study })
      expect(lab.call).toHaveBeenLastCalledWith('study.launch', { study })
    })
  })

  it('changes the appearance and answers the new state', async () => {
    const setAppearance = vi.fn()
    const handlers = windowHandlers(fakeLab().line, fakeDesktop({ setAppearance }), new PathTokens())
    expect(await handlers['system.setAppearance']({ appearance: 'dark' })).toEqual(info)
    expect(setAppearance).toHaveBeenCalledWith('dark')
  })

  describe('exporting a comparison', () => {
    const request = { ids: ['study'], baseline: null, format: 'csv' as const }

    it('writes the text where the person wants it', async () => {
      const path = join(folder, 'table.csv')
      const chooseTarget = vi.fn(() => Promise.resolve(path))
      const handlers = windowHandlers(fakeLab().line, fakeDesktop({ chooseTarget }), new PathTokens())
      expect(await handlers['compare.export'](request)).toEqual({ path })
      expect(readFileSync(path, 'utf8')).toBe('a,b\n')
      expect(chooseTarget).toHaveBeenCalledWith('comparison.csv')
    })

    it('writes nothing when the person cancels', async () => {
      const handlers = windowHandlers(fakeLab().line, fakeDesktop(), new PathTokens())
      expect(await handlers['compare.export'](request)).toEqual({ path: null })
    })

    it('says so when the place cannot be written', async () => {
      const chooseTarget = () => Promise.resolve(join(folder, 'missing', 'table.csv'))
      const handlers = windowHandlers(fakeLab().line, fakeDesktop({ chooseTarget }), new PathTokens())
      await expect(handlers['compare.export'](request)).rejects.toMatchObject({ code: 'file-unreadable' })
    })
  })
})
