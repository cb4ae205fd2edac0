import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datasetIdFor, newRunId, newStudyId, slug } from './identifiers.ts'
import { entryPath, isIdentifier, labHome } from './lab-home.ts'

describe('identifiers', () => {
  it('sort by age and can name a folder', () => {
    const time = fc.integer({ min: 0, max: 2_800_000_000_000 })
    fc.assert(
      fc.property(time, time, (left, right) => {
        const [a, b] = [newRunId(left), newRunId(right)]
        expect(isIdentifier(a)).toBe(true)
        if (left < right) expect(a < b).toBe(true)
      }),
      { seed: 9 },
    )
    expect(newRunId(Date.UTC(2026, 0, 1), () => 35)).toBe('r-mjuohs00zzzz')
    expect(newStudyId()).toMatch(/^s-[0-9a-z]{12}$/)
    expect(new Set(Array.from({ length: 50 }, () => newRunId(0))).size).toBeGreaterThan(45)
  })

  it('of data sets are plain whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(isIdentifier(datasetIdFor(name, '0123456789abcdef'))).toBe(true)
      }),
      { seed: 10 },
    )
    expect(slug('  Größe & Café 2 ')).toBe('grosse-cafe-2')
    expect(slug('数据')).toBe('data')
  })

  it.each(['..', '.hidden', 'a/b', 'a\\b', '', 'a b', 'C:'])(
    'never lead out of the data folder: “%s”',
    (id) => {
      expect(() => entryPath('home', 'runs', id)).toThrow(expect.objectContaining({ code: 'not-found' }))
    },
  )
})

describe('the data folder', () => {
  it('is LAB_HOME, else the place of the platform', () => {
    expect(labHome({ LAB_HOME: join('/', 'x') }, 'linux', '/u')).toBe(join('/', 'x'))
    expect(labHome({ LAB_HOME: '' }, 'linux', '/u')).toBe(join('/u', '.local', 'share', 'addrop-lab'))
    expect(labHome({ LAB_HOME: ' ' }, 'linux', '/u')).toBe(join('/u', '.local', 'share', 'addrop-lab'))
    expect(labHome({ LAB_HOME: '~/lab' }, 'linux', '/u')).toBe(join('/u', 'lab'))
    expect(labHome({ LAB_HOME: '~' }, 'linux', '/u')).toBe('/u')
    expect(labHome({ LAB_HOME: '/a/~b' }, 'linux', '/u')).toBe('/a/~b')
    expect(labHome({ XDG_DATA_HOME: '/d' }, 'linux', '/u')).toBe(join('/d', 'addrop-lab'))
    expect(labHome({}, 'darwin', '/u')).toBe(join('/u', 'Library', 'Application Support', 'AD-DROP Lab'))
    expect(labHome({ APPDATA: '/a' }, 'win32', '/u')).toBe(join('/a', 'AD-DROP Lab'))
  })
})
