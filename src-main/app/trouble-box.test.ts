import { expect, it } from 'vitest'
import type { Trouble } from '@shared/contracts/lab-contract.ts'
import { TroubleBox } from './trouble-box.ts'

const trouble = (summary: string): Trouble => ({ part: 'app', consequence: 'goes-on', summary })

it('keeps the last troubles until a page listens, and tells later ones at once', () => {
  const box = new TroubleBox()
  const told: string[] = []
  for (let count = 1; count <= 7; count += 1) box.add(trouble(`${count}`))
  box.open(({ summary }) => told.push(summary))
  expect(told).toEqual(['3', '4', '5', '6', '7'])
  box.add(trouble('8'))
  box.close()
  box.add(trouble('9'))
  expect(told.at(-1)).toBe('8')
  box.open(({ summary }) => told.push(summary))
  expect(told.at(-1)).toBe('9')
})
