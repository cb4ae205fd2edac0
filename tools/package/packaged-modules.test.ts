import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  externalPackages,
  isPackaged,
  packagedFiles,
  packageFolders,
  requiredPackages,
} from './packaged-modules.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const lockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Parameters<
  typeof packageFolders
>[0]

describe('the packages that come with the app', () => {
  it('are found as Node finds them: the nearest one first', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '*', c: '*' } },
      'node_modules/b': { dependencies: { d: '*' } },
      'node_modules/c': {},
      'node_modules/d': {},
      'node_modules/a/node_modules/b': { dependencies: { c: '*', '@types/c': '*' } },
      'node_modules/unused': {},
    }
    expect(packageFolders({ packages }, ['a'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ])
    expect(packageFolders({ packages }, ['d', 'b'])).toEqual(['node_modules/b', 'node_modules/d'])
    expect(() => packageFolders({ packages }, ['absent'])).toThrow(/no absent, which the app needs/)
  })

  it('are those of the lock file, each with its package.json and the file that it starts with', () => {
    const folders = packageFolders(lockFile, externalPackages)
    expect(folders.length).toBeGreaterThan(externalPackages.length)
    for (const folder of folders) {
      const files = new Set(packagedFiles(root, folder, 'linux-x64'))
      expect(files, folder).toContain(`${folder}/package.json`)
      const { main } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
        readonly main?: string
      }
      if (main === undefined || !/\.[cm]?js$/.test(main)) continue
      if (existsSync(join(root, folder, main))) expect(files, folder).toContain(join(folder, main))
    }
  })

  it('are what electron.vite.config.ts leaves outside the bundles', () => {
    const config = readFileSync(join(root, 'electron.vite.config.ts'), 'utf8')
    const external = /const external = \[(.*)\]/.exec(config)![1]!
    for (const name of externalPackages)
      expect(external.includes(`'${name}'`) || /^@tensorflow\//.test(name), name).toBe(true)
  })
})

describe('the files of a package that come with the app', () => {
  const kept = (folder: string, file: string) => isPackaged(`node_modules/${folder}`, file, 'linux-x64')

  it('are those that Node loads', () => {
    expect(kept('tar', 'dist/commonjs/index.js')).toBe(true)
    expect(kept('tar', 'dist/commonjs/index.d.ts')).toBe(false)
    expect(kept('tar', 'dist/commonjs/index.js.map')).toBe(false)
    expect(kept('tar', 'node_modules/x/index.js')).toBe(false)
    expect(kept('a/node_modules/tar', 'index.js')).toBe(true)
  })

  it('are of this platform where they are native', () => {
    expect(kept('@photostructure/sqlite', 'prebuilds/linux-x64/a.glibc.node')).toBe(true)
    expect(kept('@photostructure/sqlite', 'prebuilds/linux-x64/a.musl.node')).toBe(false)
    expect(kept('@photostructure/sqlite', 'prebuilds/win32-x64/a.node')).toBe(false)
  })

  it('are the bundles for Node and the WebAssembly of tfjs', () => {
    expect(kept('@tensorflow/tfjs-core', 'dist/tf-core.node.js')).toBe(true)
    expect(kept('@tensorflow/tfjs-core', 'dist/tf-core.min.js')).toBe(false)
    expect(kept('@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm-simd.wasm')).toBe(true)
    expect(kept('@tensorflow/tfjs-node-gpu', 'deps/lib/libtensorflow.so')).toBe(false)
    expect(kept('@tensorflow/tfjs-node-gpu', 'dist/nodejs_kernel_backend.js')).toBe(true)
  })

  it('are the licences always', () => {
    for (const name of ['LICENSE', 'LICENSE.md', 'license.txt', 'NOTICE', 'LICENCE'])
      expect(kept('tar', name), name).toBe(true)
  })
})

describe('the packages that a bundle asks for', () => {
  it('are found as the bundler writes them; built-in modules of Node keep their prefix', () => {
    const source = `let a = require("@tensorflow/tfjs"); require("./chunks/b.cjs"); require("node:fs");
      import("yauzl"); /* e.g. require( '@stdlib/x' ) */ require("a/sub")`
    expect(requiredPackages(source)).toEqual(['@tensorflow/tfjs', 'a', 'yauzl'])
  })
})
