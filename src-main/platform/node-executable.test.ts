import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeExecutable, type NodeSurroundings } from './node-executable.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-node-'))

function makeExecutable(...parts: string[]): string {
  const path = join(folder, ...parts)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

const onPath = makeExecutable('bin', 'node')
const named = makeExecutable('named', 'my-node')
const packed = makeExecutable('resources', 'node-runtime', 'node')
const electron: NodeSurroundings = {
  environment: { PATH: [join(folder, 'empty'), join(folder, 'bin')].join(delimiter) },
  execPath: join(folder, 'electron'),
  isElectron: true,
  platform: 'linux',
}

describe('the Node executable for the engine', () => {
  it('is the packed one before all others', () => {
    const environment = { ...electron.environment, ADDROP_NODE: named }
    expect(nodeExecutable(packed, { ...electron, environment })).toBe(packed)
  })

  it('is the one that ADDROP_NODE names, and an error when that is none', () => {
    expect(
      nodeExecutable(null, { ...electron, environment: { ...electron.environment, ADDROP_NODE: named } }),
    ).toBe(named)
    const environment = { ...electron.environment, ADDROP_NODE: join(folder, 'absent') }
    expect(() => nodeExecutable(null, { ...electron, environment })).toThrow(/ADDROP_NODE names .*absent/)
  })

  it('is this process itself when it is plain Node, and never Electron', () => {
    expect(nodeExecutable(null, { ...electron, execPath: '/x/node', isElectron: false })).toBe('/x/node')
    expect(nodeExecutable(null, electron)).toBe(onPath)
    expect(nodeExecutable(null, { ...electron, execPath: '/x/node' })).toBe(onPath)
  })

  it('is another one when the packed one is gone', () => {
    expect(nodeExecutable(join(folder, 'absent'), electron)).toBe(onPath)
  })

  it('is missing with a hint when there is none', () => {
    expect(() => nodeExecutable(null, { ...electron, environment: {} })).toThrow(
      expect.objectContaining({
        code: 'engine-unavailable',
        hint: expect.stringContaining('ADDROP_NODE') as string,
      }),
    )
  })

  it('is found here', () => {
    expect(nodeExecutable()).toBe(process.execPath)
  })
})
