import { describe, expect, it } from 'vitest'
import { isAppUrl, isTrustedSender } from './sender-guard.ts'

describe('isAppUrl', () => {
  it.each(['lab://app', 'lab://app/', 'lab://app/runs/1?x#y'])('knows %s as the app’s own', (url) => {
    expect(isAppUrl(url)).toBe(true)
  })

  it.each([
    'lab://application/',
    'lab://app.evil/',
    'lab://app:80/',
    'https://app/',
    'file:///app',
    '',
    'lab',
  ])('turns %j away', (url) => {
    expect(isAppUrl(url)).toBe(false)
  })
})

describe('isTrustedSender', () => {
  it('trusts the top frame of the app only', () => {
    expect(isTrustedSender({ url: 'lab://app/', parent: null })).toBe(true)
    expect(isTrustedSender({ url: 'lab://app/', parent: {} })).toBe(false)
    expect(isTrustedSender({ url: 'https://example.org/', parent: null })).toBe(false)
    expect(isTrustedSender(null)).toBe(false)
  })
})
