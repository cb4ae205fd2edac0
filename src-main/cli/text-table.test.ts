import { describe, expect, it } from 'vitest'
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

describe('a cell of a table', () => {
  it('cannot steer the terminal, nor end its line', () => {
    const table = textTable([{ title: 'Name', cell: (row: string) => row }], ['\u001b[2Ja\nb\u202e'])

    expect(table.split('\n')).toHaveLength(3)
    expect(table).toContain('\\x1b[2Ja\\nb\\u202e')
  })
})
