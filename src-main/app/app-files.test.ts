import { describe, expect, it } from 'vitest'
import { appFileOf } from './app-files.ts'

const root = '/srv/renderer'
const pathOf = (url: string): string | null => appFileOf(root, url)?.path ?? null

describe('appFileOf', () => {
  it('answers the file that is named, with its type', () => {
    expect(appFileOf(root, 'lab://app/assets/index-1.js')).toEqual({
      path: '/srv/renderer/assets/index-1.js',
      contentType: 'text/javascript; charset=utf-8',
    })
  })

  it.each(['lab://app', 'lab://app/', 'lab://app/runs', 'lab://app/compare/some-study?x=1#top'])(
    'answers the page for the view %s',
    (url) => {
      expect(pathOf(url)).toBe('/srv/renderer/index.html')
    },
  )

  it.each([
    'lab://app/../secret.js',
    'lab://app/%2e%2e/secret.js',
    'lab://app/..%2fsecret.js',
    'lab://app/assets/..%2f..%2fsecret.js',
    'lab://app/%2fetc/..%2f..%2f..%2fetc/secret.js',
  ])('never leaves the renderer’s folder: %s', (url) => {
    const path = pathOf(url)
    expect(path === null || path.startsWith('/srv/renderer/')).toBe(true)
  })

  it('refuses a folder whose name merely begins like the root', () => {
    expect(pathOf('lab://app/..%2frenderer-of-another%2fa.js')).toBeNull()
  })

  it.each(['lab://app/a%00.js', 'lab://app/%E0%A4%A.js', 'not a url', 'lab://app/passwords.txt'])(
    'answers nothing for %s',
    (url) => {
      expect(appFileOf(root, url)).toBeNull()
    },
  )
})
