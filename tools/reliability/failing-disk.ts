/** The n-th file-system call of a run fails, for every n: what is left opens, says why in one coded message, and goes on. */
import { rmSync } from 'node:fs'
import { failAt, isChange, judgeFileCalls, type SeenCall } from '@main/platform/testing/failing-calls.ts'
import { LabError } from '@shared/failures/failure.ts'
import { aShortRun, carryOutHere, differences } from './tiny-lab.ts'

/** System errors that are tried in turn. */
const codes = ['EIO', 'ENOSPC', 'EACCES'] as const

const isRead = ({ name }: SeenCall): boolean => name === 'read' || name === 'readLater' || name === 'list'

/** Calls that can fail: everything that changes something, and everything that is read. */
const counts = (call: SeenCall): boolean => isChange(call) || isRead(call)

/** One call that failed. */
export interface FailedCall {
  readonly n: number
  readonly code: string
  /** What went wrong with the run; empty when nothing did. */
  readonly wrong: readonly string[]
}

/** Calls that a run makes when none fails. */
export async function numCallsOfRun(): Promise<number> {
  const run = await aShortRun('fine-tuning')
  let seen = 0
  const stop = judgeFileCalls((call) => {
    if (counts(call)) seen += 1
    return null
  })
  try {
    await carryOutHere(run)
  } finally {
    stop()
    rmSync(run.home, { recursive: true, force: true })
  }
  return seen
}

/**
 * Carries a run out while the n-th call fails, and then goes on with it on a disk that works.
 *
 * @param n 1 is the first call
 * @param whole the same run, carried out on a disk that works
 */
export async function failCallOfRun(
  n: number,
  whole: Awaited<ReturnType<typeof aShortRun>>,
): Promise<FailedCall> {
  const code = codes[n % codes.length]!
  const run = await aShortRun('fine-tuning')
  const wrong: string[] = []
  const stop = judgeFileCalls(failAt(n, code, counts))
  try {
    await carryOutHere(run)
  } catch (thrown) {
    if (!(thrown instanceof LabError)) wrong.push(`uncoded: ${String(thrown)}`)
  } finally {
    stop()
  }
  try {
    const { status, failure } = run.folder.read()
    if (failure?.code === 'internal-error') wrong.push(`uncoded: ${failure.message}`)
    if (status !== 'done' && (await carryOutHere(run)) !== 'done')
      wrong.push(`not resumable: ${run.folder.read().failure?.message}`)
    else wrong.push(...differences(run, whole))
  } catch (thrown) {
    wrong.push(`not opened: ${String(thrown)}`)
  }
  rmSync(run.home, { recursive: true, force: true })
  return { n, code, wrong }
}
