import { describe, expect, it } from 'vitest'
import {
  contentSecurityPolicy,
  developmentSecurityPolicy,
  isAllowedNavigation,
  isAllowedPermission,
  isAllowedRequest,
} from './security-policy.ts'

describe('the content security policy', () => {
  it('denies everything that is not named and never allows scripts from text', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'")
    expect(contentSecurityPolicy).toMatch(/script-src 'self'(;|$)/)
    expect(contentSecurityPolicy).not.toContain('unsafe-eval')
  })

  it('names no outside host', () => {
    expect(contentSecurityPolicy).not.toMatch(/https?:|\*/)
  })
})

describe('isAllowedRequest', () => {
  it.each(['lab://app/index.html', 'devtools://devtools/bundled/x.js', 'data:image/png;base64,AA=='])(
    'lets %s through',
    (url) => {
      expect(isAllowedRequest(url)).toBe(true)
    },
  )

  it.each(['https://example.org/', 'http://localhost:1/', 'file:///etc/passwd', 'lab://other/x', 'ws://x/'])(
    'stops %s',
    (url) => {
      expect(isAllowedRequest(url)).toBe(false)
    },
  )
})

describe('while developing', () => {
  const origin = 'http://localhost:5173'

  it('lets Vite’s client hear about changed files, and nothing else', () => {
    expect(isAllowedRequest('ws://localhost:5173/?token=1', origin)).toBe(true)
    expect(isAllowedRequest('ws://localhost:5173/?token=1')).toBe(false)
    expect(isAllowedRequest('ws://localhost:51730/', origin)).toBe(false)
    expect(isAllowedRequest('http://localhost:5173/', origin)).toBe(false)
    expect(developmentSecurityPolicy(origin)).toContain("connect-src 'self' ws://localhost:5173;")
  })
})

describe('isAllowedNavigation', () => {
  it('stays within the app', () => {
    expect(isAllowedNavigation('lab://app/runs')).toBe(true)
    expect(isAllowedNavigation('https://app/runs')).toBe(false)
    expect(isAllowedNavigation('lab://app.example.org/runs')).toBe(false)
    expect(isAllowedNavigation('javascript:alert(1)')).toBe(false)
  })
})

describe('isAllowedPermission', () => {
  it('lets a page write to the clipboard and do nothing else', () => {
    expect(isAllowedPermission('clipboard-sanitized-write')).toBe(true)
    for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'usb', 'fileSystem'])
      expect(isAllowedPermission(permission)).toBe(false)
  })
})
