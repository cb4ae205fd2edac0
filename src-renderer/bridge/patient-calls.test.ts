import type { Result } from '@shared/failures/result.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { quickDeadlineMs, silenceMs } from './call-patience.ts'
import { createPatientCalls } from './patient-calls.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const never = new Promise<Result<null>>(() => undefined)
const done: Result<null> = { ok: true, value: null }

function heard(calls: ReturnType<typeof createPatientCalls>): string[][] {
  const seen: string[][] = []
  calls.onStillWorking((activities) => seen.push([...activities]))
  return seen
}

it('fails a quick call whose answer does not come', async () => {
  const calls = createPatientCalls()
  const answer = calls.wait('run.list', never)
  await vi.advanceTimersByTimeAsync(quickDeadlineMs)
  expect(await answer).toMatchObject({ ok: false, failure: { code: 'no-answer' } })
})

it('waits with quick calls while a long one works, and no longer', async () => {
  const calls = createPatientCalls()
  let end: (result: Result<null>) => void = () => undefined
  void calls.wait('dataset.import', new Promise<Result<null>>((resolve) => (end = resolve)))
  const settled = vi.fn()
  void calls.wait('run.list', never).then(settled)
  await vi.advanceTimersByTimeAsync(3 * quickDeadlineMs)
  expect(settled).not.toHaveBeenCalled()
  end(done)
  await vi.advanceTimersByTimeAsync(quickDeadlineMs)
  expect(settled).toHaveBeenCalledOnce()
})

it('says that a long call still works until it ends, and never fails it', async () => {
  const calls = createPatientCalls()
  const seen = heard(calls)
  let end: (result: Result<null>) => void = () => undefined
  const answer = calls.wait('dataset.import', new Promise<Result<null>>((resolve) => (end = resolve)))
  await vi.advanceTimersByTimeAsync(silenceMs - 1)
  expect(seen).toEqual([])
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(seen).toEqual([['Reading the data set']])
  end(done)
  expect(await answer).toBe(done)
  expect(seen.at(-1)).toEqual([])
})

it('says nothing of what is quick, nor while a person chooses in a dialog', async () => {
  const calls = createPatientCalls()
  const seen = heard(calls)
  const settled = vi.fn()
  void calls.wait('dialog.open', never).then(settled)
  await calls.wait('dataset.import', Promise.resolve(done))
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(seen).toEqual([])
  expect(settled).not.toHaveBeenCalled()
})
