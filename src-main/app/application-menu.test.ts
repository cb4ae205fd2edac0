import { describe, expect, it } from 'vitest'
import { applicationMenu } from './application-menu.ts'

const rolesOf = (platform: NodeJS.Platform, isDevelopment: boolean): string =>
  JSON.stringify(applicationMenu(platform, isDevelopment))

describe('applicationMenu', () => {
  it('offers to quit where windows carry the menu, and to close the window on a Mac', () => {
    expect(rolesOf('linux', false)).toContain('"quit"')
    expect(rolesOf('darwin', false)).toContain('"close"')
    expect(rolesOf('darwin', false)).toContain('"appMenu"')
  })

  it('offers the developer tools in development only', () => {
    expect(rolesOf('linux', true)).toContain('toggleDevTools')
    expect(rolesOf('linux', false)).not.toContain('toggleDevTools')
  })
})
