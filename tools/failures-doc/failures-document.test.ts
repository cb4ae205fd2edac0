import { readFileSync } from 'node:fs'
import { failureCodes } from '@shared/failures/failure.ts'
import { describe, expect, it } from 'vitest'
import { failuresDocument } from './failures-document.ts'

const written = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8')

describe('docs/failures.md', () => {
  it('says what the code says; “npm run docs:failures” writes it anew', () => {
    expect(written).toBe(failuresDocument())
  })

  it.each(failureCodes)('explains %s: causes, and a step', (code) => {
    const section = written.split('\n## ').find((text) => text.startsWith(`${code}\n`)) ?? ''
    expect(section).toMatch(/^- \S/m)
    expect(section).toMatch(/What helps: \S.+\./)
  })
})
