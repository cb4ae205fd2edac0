import { expect, it } from 'vitest'
import { fixed, mebibytes, textTable } from './text-table.mjs'

it('aligns names left and numbers right', () => {
  const table = textTable(
    ['who', 'ms'],
    [
      ['lab', '7.0'],
      ['PyTorch', '1130.5'],
    ],
  )
  expect(table.split('\n')).toEqual([
    'who          ms',
    '───────  ──────',
    'lab         7.0',
    'PyTorch  1130.5',
  ])
})

it('shows what is missing as a dash, never as a number', () => {
  expect([fixed(undefined), fixed(null), fixed(NaN), mebibytes(undefined)]).toEqual(['—', '—', '—', '—'])
  expect([fixed(0), fixed(2.345, 2), mebibytes(3 * 2 ** 20)]).toEqual(['0.0', '2.35', '3'])
})
