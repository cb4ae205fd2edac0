import { describe, expect, it } from 'vitest'
import { debianFamily, missingChoices } from './debian-packages.mjs'

describe('system packages', () => {
  it.each([
    ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', true],
    ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\n', true],
    ['Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
    ['Fedora', 'ID=fedora\n', false],
    ['openSUSE', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', false],
    ['a system without the file', '', false],
  ])("knows whether %s has Debian's packages", (_name, osRelease, expected) => {
    expect(debianFamily(osRelease)).toBe(expected)
  })

  it("takes any of a library's names", () => {
    const choices = [['libasound2', 'libasound2t64'], ['libnss3']]

    expect(missingChoices(choices, new Set(['libasound2t64']))).toEqual([['libnss3']])
    expect(missingChoices(choices, new Set(['libasound2', 'libnss3']))).toEqual([])
  })
})
