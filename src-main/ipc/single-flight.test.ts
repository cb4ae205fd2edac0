import { expect, it, vi } from 'vitest'
import { singleFlight } from './single-flight.ts'

it('does the work once for all who ask meanwhile, and anew afterwards, also after a failure', async () => {
  const work = vi.fn<() => Promise<number>>()
  work.mockResolvedValueOnce(1).mockRejectedValueOnce(new Error('failed')).mockResolvedValueOnce(3)
  const ask = singleFlight(work)
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  expect(work).toHaveBeenCalledOnce()
  const failures = await Promise.allSettled([ask(), ask()])
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask()).toBe(3)
  expect(work).toHaveBeenCalledTimes(3)
})
