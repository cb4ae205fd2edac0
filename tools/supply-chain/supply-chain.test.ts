import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryFolder } from '../setup/folders.mjs'
import { readAudit } from './known-vulnerabilities.mjs'
import { noticesDocument } from './notices.mjs'
import { isPermissive, licenseTexts, shippedPackages } from './shipped-packages.mjs'

type LockFile = Parameters<typeof shippedPackages>[0]

const lockFile = JSON.parse(readFileSync(join(repositoryFolder, 'package-lock.json'), 'utf8')) as LockFile
const shipped = shippedPackages(lockFile, repositoryFolder)

describe('the packages that reach a user', () => {
  it('are those that the app imports, not those that only tests and builds need', () => {
    const names = shipped.map(({ name }) => name)

    expect(names).toEqual(expect.arrayContaining(['vue', 'echarts', 'zod', '@tensorflow/tfjs-node-gpu']))
    expect(names).not.toContain('vitest')
    expect(names).not.toContain('electron-vite')
  })

  it('include all that the window imports', () => {
    const names = new Set(shipped.map(({ name }) => name))
    const imported = new Set(windowImports().map((path) => path.split('/')[0] ?? ''))

    expect([...imported].filter((name) => !names.has(name))).toEqual([])
    expect(imported.size).toBeGreaterThan(3)
  })

  it('all have a permissive licence', () => {
    const others = shipped.filter(({ license }) => !isPermissive(license))

    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([])
  })

  it('come without an archive reader that is known to write outside its folder', () => {
    const major = (version: string) => Number(version.split('.')[0])
    const old = shipped.filter(({ name, version }) => name === 'tar' && major(version) < 7)

    expect(old).toEqual([])
  })

  it('are named with their texts in the notices', () => {
    const document = noticesDocument(shipped)

    for (const { name, version } of shipped) expect(document).toContain(`${name} ${version} (`)
    expect(document).toContain('Apache License')
  })
})

describe('a licence expression', () => {
  it.each([
    ['MIT', true],
    ['(BSD-3-Clause AND Apache-2.0)', true],
    ['(GPL-3.0-only OR MIT)', true],
    ['GPL-3.0-only', false],
    ['MIT AND GPL-3.0-only', false],
    ['', false],
  ])('%j is permissive: %j', (expression, expected) => {
    expect(isPermissive(expression)).toBe(expected)
  })
})

describe('licence texts', () => {
  it('are found whatever their spelling, and nothing else is taken for one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'licences-'))
    for (const name of ['LICENCE.md', 'license-mit', 'NOTICE', 'readme.md'])
      writeFileSync(join(folder, name), name)
    mkdirSync(join(folder, 'licenses'))

    expect(licenseTexts(folder)).toEqual(['LICENCE.md', 'NOTICE', 'license-mit'])
  })
})

describe('the audit', () => {
  it('says so when the registry gives no report', () => {
    expect(readAudit('{"error": {"summary": "Method Not Allowed"}}').known).toBe(false)
    expect(readAudit('').known).toBe(false)
  })

  it('warns of each package with its severity', () => {
    const report = { vulnerabilities: { tar: { name: 'tar', severity: 'high', range: '<7.5.3' } } }

    expect(readAudit(JSON.stringify(report))).toEqual({ known: true, lines: ['WARNING: tar <7.5.3: high'] })
  })

  it('says that nothing is known of', () => {
    expect(readAudit('{"vulnerabilities": {}}')).toEqual({ known: true, lines: ['No known vulnerability.'] })
  })
})

/** Bare imports of the window's sources, tests left out. */
function windowImports(): string[] {
  const folder = join(repositoryFolder, 'src-renderer')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|vue)$/u.test(path) && !/testing|\.test\.|^dev\//u.test(path))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
  return sources.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)[^'"]*from '([^'.@/][^']*)'/gmu)].map(([, path = '']) => path),
  )
}
