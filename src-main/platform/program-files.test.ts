import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programFiles, repairAdvice } from './program-files.ts'

const clone = join(sep, 'home', 'someone', 'lab')
const resources = join(sep, 'opt', 'lab', 'resources')
const archive = join(resources, 'app.asar')
const unpacked = join(resources, 'app.asar.unpacked')

describe('the files of the program', () => {
  it('are all below the folder of a clone, which brings no Node', () => {
    const { isPacked, nodeRuntime, ...paths } = programFiles(clone)
    expect({ isPacked, nodeRuntime }).toEqual({ isPacked: false, nodeRuntime: null })
    for (const path of Object.values(paths)) expect(path.startsWith(clone + sep)).toBe(true)
  })

  it('are the same ones for the app, which sees the archive, and for the command line, which runs beside it', () => {
    expect(programFiles(unpacked)).toEqual(programFiles(archive))
    expect(programFiles(archive + sep)).toEqual(programFiles(archive))
    expect(programFiles(archive).isPacked).toBe(true)
  })

  it('lie outside the archive when a plain Node reads them, and inside when only Electron does', () => {
    const { engineEntry, sample, packageFile, nodeRuntime, renderer, preload, labThread } =
      programFiles(archive)
    for (const path of [engineEntry, sample, packageFile])
      expect(path.startsWith(unpacked + sep), path).toBe(true)
    for (const path of [renderer, preload, labThread]) expect(path.startsWith(archive + sep), path).toBe(true)
    expect(nodeRuntime?.startsWith(resources + sep)).toBe(true)
  })

  it('have the same names in both layouts', () => {
    const below = (folder: string) =>
      Object.entries(programFiles(folder))
        .filter(([name, path]) => name !== 'nodeRuntime' && typeof path === 'string')
        .map(([name, path]) => [
          name,
          String(path).replace(unpacked, '').replace(archive, '').replace(clone, ''),
        ])
    expect(below(archive)).toEqual(below(clone))
  })

  it('name the Node executable as the platform does', () => {
    expect(programFiles(archive, 'linux').nodeRuntime).toBe(join(resources, 'node-runtime', 'node'))
    expect(programFiles(archive, 'win32').nodeRuntime).toBe(join(resources, 'node-runtime', 'node.exe'))
  })

  it('are found in this clone where they are not built', () => {
    const { sample, packageFile } = programFiles(resolve(import.meta.dirname, '..', '..'))
    for (const path of [sample, packageFile]) expect(existsSync(path), path).toBe(true)
  })

  it('take a folder for a packed one by its own name alone', () => {
    expect(programFiles(join(archive, 'copy')).isPacked).toBe(false)
    expect(programFiles(dirname(archive)).isPacked).toBe(false)
  })
})

describe('the advice for a program whose files are missing', () => {
  it('is to set a clone up, or to install a package again', () => {
    const bundle = ['out', 'main', 'engine.cjs']
    expect(repairAdvice(join(clone, ...bundle))).toMatch(/npm run setup.*lab doctor/)
    for (const folder of [archive, unpacked])
      expect(repairAdvice(join(folder, ...bundle))).toMatch(/package.*again.*addrop-lab doctor/)
  })
})
