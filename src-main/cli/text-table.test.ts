import { expect, it } from 'vitest'
import { textTable } from './text-table.ts'

it('aligns words left and numbers right, and is as wide as the widest cell', () => {
  const table = textTable<readonly [string, number]>(
    [
      { title: 'Name', cell: ([name]) => name },
      { title: 'n', cell: ([, n]) => String(n), align: 'right' },
    ],
    [
      ['fine-tuning', 3],
      ['AD-DROP', 12],
    ],
  )

  expect(table).toBe(['Name          n', '───────────  ──', 'fine-tuning   3', 'AD-DROP      12'].join('\n'))
})
