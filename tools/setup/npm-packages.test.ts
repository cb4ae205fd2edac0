import { describe, expect, it } from 'vitest'
import { installedAsWanted } from './npm-packages.mjs'

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/vue': { version: '3.5.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
}

describe('installed npm packages', () => {
  it.each([
    ["all there, the other platform's left out", { 'node_modules/vue': { version: '3.5.0' } }, true],
    ['one missing', {}, false],
    ['one of another version', { 'node_modules/vue': { version: '3.4.0' } }, false],
    [
      'one too many',
      { 'node_modules/vue': { version: '3.5.0' }, 'node_modules/left': { version: '1.0.0' } },
      false,
    ],
    [
      'an optional one of another version',
      { 'node_modules/vue': { version: '3.5.0' }, 'node_modules/other-platform': { version: '2.0.0' } },
      false,
    ],
  ])('are compared with the lock file: %s', (_what, packages, expected) => {
    expect(installedAsWanted(wanted, { packages })).toBe(expected)
  })
})
