import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder, placeLink, readJson, writeJson } from './whole-or-nothing.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whole-or-nothing-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

describe('a folder made whole or not at all', () => {
  it('is not there when its making fails, and nothing is left over', async () => {
    const folder = join(root, 'library')

    await expect(
      makeFolder(folder, (temporary) => {
        writeFileSync(join(temporary, 'half'), '')
        return Promise.reject(new Error('interrupted'))
      }),
    ).rejects.toThrow('interrupted')

    expect(readdirSync(root)).toEqual([])
  })

  it('is made anew after a process was killed over it, without its leavings', async () => {
    const folder = join(root, 'library')
    const module = pathToFileURL(join(import.meta.dirname, 'whole-or-nothing.mjs')).href
    const script = `
      import { writeFileSync } from 'node:fs'
      import { makeFolder } from '${module}'
      await makeFolder(${JSON.stringify(folder)}, (temporary) => {
        writeFileSync(temporary + '/half', '')
        process.kill(process.pid, 'SIGKILL')
        return new Promise(() => {})
      })`
    const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    expect(killed.signal).toBe('SIGKILL')
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(root)).toHaveLength(1)

    await makeFolder(folder, (temporary) => {
      writeFileSync(join(temporary, 'whole'), '')
      return Promise.resolve()
    })

    expect(readdirSync(root)).toEqual(['library'])
    expect(readdirSync(folder)).toEqual(['whole'])
  })
})

describe('small files', () => {
  it('counts a damaged stamp as absent', () => {
    const path = join(root, 'deep', 'stamp.json')
    writeJson(path, { version: 1 })
    expect(readJson(path)).toEqual({ version: 1 })

    writeFileSync(path, '{ "version"')

    expect(readJson(path)).toBeUndefined()
    expect(readJson(join(root, 'absent.json'))).toBeUndefined()
  })

  it('lays a link over whatever was there', () => {
    mkdirSync(join(root, 'place', 'full'), { recursive: true })
    writeFileSync(join(root, 'target'), 'seen')

    placeLink(join(root, 'target'), join(root, 'place'))

    expect(readFileSync(join(root, 'place'), 'utf8')).toBe('seen')
  })
})
