import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from './folders.mjs'

describe('the cache folder', () => {
  const home = join('/', 'home', 'ada')

  it.each([
    ['its own variable', { ADDROP_CACHE: '/big/disk', XDG_CACHE_HOME: '/xdg' }, join('/', 'big', 'disk')],
    ["the desktop's variable", { XDG_CACHE_HOME: '/xdg' }, join('/', 'xdg', 'addrop-lab')],
    ['the home folder', { ADDROP_CACHE: '', XDG_CACHE_HOME: '' }, join(home, '.cache', 'addrop-lab')],
  ])('is chosen by %s', (_what, environment, expected) => {
    expect(cacheFolder(environment, home)).toBe(expected)
  })
})
