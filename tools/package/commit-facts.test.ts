import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { debianVersion } from './commit-facts.mjs'

const commit = 'abcdef1234567890'
const hasDpkg = spawnSync('dpkg', ['--version']).error === undefined

describe('the version of a package', () => {
  it('names release, time and commit', () => {
    expect(debianVersion('0.1.0', commit, 1_767_225_600, false)).toBe('0.1.0+20260101000000.abcdef12')
    expect(debianVersion('0.1.0', commit, 1_767_225_600, true)).toMatch(/\.changed$/)
  })

  it.skipIf(!hasDpkg)(
    'sorts as Debian sorts: betas before their release, later commits after earlier ones',
    () => {
      const inOrder = [
        debianVersion('0.1.0', commit, 1_767_225_600, false),
        debianVersion('0.1.0', commit, 1_767_225_601, false),
        debianVersion('0.2.0-beta.1', commit, 1_767_225_602, false),
        debianVersion('0.2.0-beta.2', commit, 1_767_225_600, false),
        debianVersion('0.2.0', commit, 1_767_225_600, false),
        debianVersion('0.10.0', commit, 1_767_225_600, false),
      ]
      for (const [index, later] of inOrder.slice(1).entries()) {
        const { status } = spawnSync('dpkg', ['--compare-versions', inOrder[index]!, 'lt', later])
        expect({ earlier: inOrder[index], later, status }).toEqual({
          earlier: inOrder[index],
          later,
          status: 0,
        })
      }
    },
  )
})
