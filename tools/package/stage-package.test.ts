import { extractFile, listPackage } from '@electron/asar'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { programFiles } from '@main/platform/program-files.ts'
import { contentList } from './debian-package.mjs'
import { externalPackages } from './packaged-modules.mjs'
import { stagePackage, type Parts } from './stage-package.mjs'

const folder = mkdtempSync(join(tmpdir(), 'lab-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where fuses are in an executable: a mark, their version, their number, and one character each. */
const fuses = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110000'),
])

function write(path: string, content: string | Buffer = path): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** A tiny clone, a tiny Electron, and files for the rest. */
function makeParts(): Parts {
  const root = join(folder, 'clone')
  const packages = Object.fromEntries(externalPackages.map((name) => [`node_modules/${name}`, {}]))
  write(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }))
  write(join(root, 'package.json'), JSON.stringify({ name: 'lab', version: '0.1.0', main: 'm', scripts: {} }))
  write(join(root, 'LICENSE'), 'MIT')
  for (const name of externalPackages) write(join(root, 'node_modules', name, 'package.json'), '{}')
  for (const name of ['main', 'lab', 'engine', 'lab-thread', 'chunks/a'])
    write(join(root, 'out', 'main', `${name}.cjs`), `require("node:fs") // ${name}`)
  for (const name of ['out/preload/preload.cjs', 'out/renderer/index.html']) write(join(root, name))
  for (const name of ['sample/study.json', 'studies/a.json']) write(join(root, 'resources', name))
  write(
    join(root, 'resources', 'icon', 'addrop-lab.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>',
  )
  const electron = join(folder, 'electron')
  write(join(electron, 'electron'), Buffer.concat([Buffer.from('head'), fuses, Buffer.from('tail')]))
  for (const name of ['chrome-sandbox', 'locales/en-US.pak', 'locales/de.pak', 'resources/app/main.cjs'])
    write(join(electron, name))
  for (const name of ['node/node', 'node/LICENSE', 'tensorflow/libtensorflow_cc.so.2', 'notices', 'binding'])
    write(join(folder, name))
  return {
    root,
    electron,
    electronExecutable: 'electron',
    nodeRuntime: join(folder, 'node'),
    tensorflow: join(folder, 'tensorflow'),
    tensorflowNotices: join(folder, 'notices'),
    binding: join(folder, 'binding'),
    completion: { bash: '#', zsh: '#' },
    facts: { electron: { official: false } },
  }
}

async function staged(name: string, parts: Parts): Promise<string> {
  const [stage, work] = [join(folder, name, 'root'), join(folder, name, 'work')]
  mkdirSync(stage, { recursive: true })
  mkdirSync(work)
  await stagePackage(stage, work, parts)
  return stage
}

const parts = makeParts()
const stage = await staged('first', parts)
const archive = join(stage, 'opt', 'addrop-lab', 'resources', 'app.asar')

describe('the installed files', () => {
  it('are these, with these modes', () => {
    const list = contentList(stage).map((line) => line.replace(/ sha256-[0-9a-f]{64}/, ''))
    expect(list).toMatchInlineSnapshot(`
      [
        "755 /opt/addrop-lab/addrop-lab-app",
        "4755 /opt/addrop-lab/chrome-sandbox",
        "644 /opt/addrop-lab/locales/en-US.pak",
        "644 /opt/addrop-lab/resources/app.asar",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/node_modules/@photostructure/sqlite/package.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/node_modules/@tensorflow/tfjs-backend-wasm/package.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/node_modules/@tensorflow/tfjs-node-gpu/package.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/node_modules/@tensorflow/tfjs/package.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/out/main/chunks/a.cjs",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/out/main/engine.cjs",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/out/main/lab.cjs",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/package.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/resources/sample/study.json",
        "644 /opt/addrop-lab/resources/app.asar.unpacked/resources/studies/a.json",
        "644 /opt/addrop-lab/resources/apparmor-profile",
        "644 /opt/addrop-lab/resources/node-runtime/LICENSE",
        "755 /opt/addrop-lab/resources/node-runtime/node",
        "644 /opt/addrop-lab/resources/tensorflow/THIRD_PARTY_NOTICES.txt",
        "644 /opt/addrop-lab/resources/tensorflow/lib/libtensorflow_cc.so.2",
        "755 /usr/bin/addrop-lab",
        "777 -> /opt/addrop-lab/addrop-lab-app /usr/bin/addrop-lab-app",
        "644 /usr/share/applications/addrop-lab.desktop",
        "644 /usr/share/bash-completion/completions/addrop-lab",
        "644 /usr/share/doc/addrop-lab/THIRD-PARTY-NOTICES.txt",
        "644 /usr/share/doc/addrop-lab/build.json",
        "644 /usr/share/doc/addrop-lab/copyright",
        "644 /usr/share/icons/hicolor/128x128/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/16x16/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/24x24/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/256x256/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/32x32/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/48x48/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/512x512/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/64x64/apps/addrop-lab.png",
        "644 /usr/share/icons/hicolor/scalable/apps/addrop-lab.svg",
        "644 /usr/share/zsh/vendor-completions/_addrop-lab",
      ]
    `)
  })

  it('are where the app and the command line look for them', () => {
    const { renderer, preload, labThread, ...forNode } = programFiles(archive, 'linux')
    const inside = listPackage(archive, { isPack: false })
    for (const path of [join(renderer, 'index.html'), preload, labThread])
      expect(inside).toContain(path.slice(archive.length))
    const paths = new Set(contentList(stage).map((line) => join(stage, line.split(' ').at(-1)!)))
    for (const path of [
      forNode.engineEntry,
      forNode.packageFile,
      forNode.nodeRuntime!,
      join(forNode.sample, 'study.json'),
    ])
      expect(paths).toContain(path)
  })

  it('are the same the second time, byte for byte', async () => {
    expect(contentList(await staged('second', parts))).toEqual(contentList(stage))
  })

  it('have a package.json without what only a clone needs', () => {
    const manifest = JSON.parse(extractFile(archive, 'package.json').toString()) as Record<string, unknown>
    expect(manifest).toMatchObject({ name: 'lab', version: '0.1.0', officialElectron: false })
    expect(manifest).not.toHaveProperty('scripts')
  })
})

describe('the executable', () => {
  it('is no plain Node, takes no options for Node and no debugger, and loads no app but the archive', () => {
    const executable = readFileSync(join(stage, 'opt', 'addrop-lab', 'addrop-lab-app'))
    // In Electron's order: as Node, cookies, NODE_OPTIONS, debugger, digest of the archive, archive only.
    expect(executable.subarray(4 + 34, 4 + 40).toString()).toBe('000001')
  })

  it('is packed with bundles only whose packages come along', async () => {
    write(join(parts.root, 'out', 'main', 'lab.cjs'), 'require("not-there")')
    await expect(staged('lacking', parts)).rejects.toThrow(/lab\.cjs needs not-there/)
  })
})
