import type { Trouble } from '@shared/contracts/lab-contract.ts'
import { expect, it } from 'vitest'
import { troubleText } from './trouble.ts'

it('says of every trouble what becomes of the runs, and quotes the cause where one is known', () => {
  for (const part of ['app', 'lab'] as const)
    for (const consequence of ['goes-on', 'started-again', 'stays-down'] as const) {
      const trouble: Trouble = { part, consequence, summary: 'TypeError: x' }
      const { title, text } = troubleText(trouble)
      expect(title).toMatch(/\.$/)
      expect(text).toMatch(/run/i)
      expect(text).toContain('(TypeError: x)')
      expect(troubleText({ ...trouble, summary: '' }).text).not.toContain('(')
    }
})
