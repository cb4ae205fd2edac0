import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { windowPackages } from '../setup/debian-packages.mjs'
import {
  appArmorProfile,
  controlFile,
  copyrightFile,
  desktopEntry,
  executableName,
  maintainerScripts,
  programFolder,
} from './debian-files.mjs'
import { modeOf } from './stage-package.mjs'

const facts = {
  version: '0.1.0+20260101000000.abcdef12',
  installedKib: 1234,
  electron: { version: '45.4.1', official: true },
  node: '22.23.5',
  tensorflow: '2.21.0',
}

/** Fields of a control file; a line that begins with a space continues the one before. */
function fieldsOf(control: string): Map<string, string> {
  const lines = control.replaceAll(/\n /g, '\u0000').trim().split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
}

describe('the control file', () => {
  it('has what dpkg asks for, and ends with a newline', () => {
    const control = controlFile(facts)
    const fields = fieldsOf(control)
    for (const name of ['Package', 'Version', 'Architecture', 'Maintainer', 'Installed-Size', 'Description'])
      expect(fields.get(name), name).toMatch(/\S/)
    expect(control).toMatch(/[^\n]\n$/)
  })

  it('depends on every library that set-up installs for the window, under all its names', () => {
    const depends = fieldsOf(controlFile(facts)).get('Depends')!.split(', ')
    for (const names of windowPackages)
      expect(depends.map((choice) => choice.split(' | ').sort())).toContainEqual([...names].sort())
  })

  it('says that a stand-in Electron is one, and says nothing of the kind about the intended one', () => {
    expect(controlFile(facts)).not.toMatch(/DEVELOPMENT|trials/)
    const standIn = controlFile({ ...facts, electron: { version: '25.1.1', official: false } })
    expect(standIn).toMatch(/DEVELOPMENT BUILD.*25\.1\.1.*\n.*security updates/)
  })
})

describe('the scripts that dpkg runs', () => {
  it('are accepted by sh, stop at the first error, and name no home folder', () => {
    for (const [name, script] of Object.entries(maintainerScripts())) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })
      expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' })
      expect(script, name).toMatch(/^#!\/bin\/sh\nset -e\n/)
      expect(script, name).not.toMatch(/HOME|~\/|\/home|LAB_HOME/)
    }
  })

  it('do nothing and succeed where there is no AppArmor', () => {
    const calls = {
      postinst: ['configure', 'abort-upgrade', 'triggered'],
      prerm: ['remove', 'upgrade', 'failed-upgrade', 'deconfigure'],
      postrm: ['upgrade', 'failed-upgrade', 'abort-install', 'disappear'],
    }
    for (const [name, actions] of Object.entries(calls))
      for (const action of actions) {
        const script = maintainerScripts()[name as keyof typeof calls].replaceAll('/etc/', '/no/such/etc/')
        const { status, stdout, stderr } = spawnSync('sh', ['-s', action, '1.0'], {
          input: script,
          encoding: 'utf8',
        })
        expect({ name, action, status, stdout, stderr }).toEqual({
          name,
          action,
          status: 0,
          stdout: '',
          stderr: '',
        })
      }
  })
})

describe('the sandbox', () => {
  it('has its helper with the rights of root, and nothing else has', () => {
    expect(modeOf(`${programFolder}/chrome-sandbox`)).toBe(0o4755)
    for (const file of [executableName, 'libEGL.so', 'resources/node-runtime/node'])
      expect(modeOf(`${programFolder}/${file}`) & 0o7000).toBe(0)
  })

  it('is allowed by AppArmor for the executable that the menu starts, without any switch against it', () => {
    const command = /^Exec=(.*)$/m.exec(desktopEntry())![1]!
    expect(appArmorProfile()).toContain(`profile addrop-lab ${command} `)
    expect(appArmorProfile()).toMatch(/^ {2}userns,$/m)
    expect(`${desktopEntry()}${JSON.stringify(maintainerScripts())}`).not.toContain('no-sandbox')
  })
})

describe('the copyright file', () => {
  it('has the whole licence, and says where the others are', () => {
    const text = copyrightFile('MIT License\n\nPermission is granted\n')
    expect(text).toContain('MIT License\n\nPermission is granted\n')
    expect(text).toContain('THIRD-PARTY-NOTICES.txt')
  })
})
