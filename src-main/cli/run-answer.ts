/** Answers about runs that were carried out in the foreground. */
import type { Lab } from '@main/services/lab.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { comparisonRemarks, comparisonTables } from './comparison-rows.ts'
import { done, exitCodes, failed, type Answer } from './output.ts'
import { runText } from './run-text.ts'

/** Why a run that was carried out has no result; null when it has. */
function failureOf(summary: RunSummary): Failure | null {
  if (summary.failure !== null) return summary.failure
  if (summary.status === 'interrupted')
    return {
      code: 'engine-died',
      message: `The engine process of run ${summary.runId} was ended from outside.`,
      hint: `"lab resume ${summary.runId}" goes on from its last checkpoint.`,
    }
  return null
}

/**
 * The answer about one run.
 *
 * @param lab where it is
 * @param runId which run
 * @param isInterrupted whether a person pressed Ctrl-C
 */
export async function runAnswer(lab: Lab, runId: string, isInterrupted: boolean): Promise<Answer> {
  const { summary, folder } = await lab.runs.show({ runId })
  if (isInterrupted && summary.status !== 'done')
    return {
      exitCode: exitCodes.interrupted,
      document: summary,
      text: `Run ${runId} is ${summary.status}. Go on with: lab resume ${runId}`,
    }
  const failure = lab.queue.refusalOf(runId) ?? failureOf(summary)
  return failure === null ? done(summary, runText(summary, folder)) : failed(failure, { ...summary })
}

function studyFailure(runs: readonly RunSummary[], queue: Lab['queue']): Failure | null {
  const trouble = queue.trouble()
  const failures = runs.flatMap((run) => {
    const failure = queue.refusalOf(run.runId) ?? failureOf(run)
    return failure === null ? [] : [{ run, failure }]
  })
  const [first] = failures
  if (first !== undefined)
    return {
      code: first.failure.code,
      message: `${failures.length} of ${runs.length} runs did not finish; the first is ${first.run.name} (${first.run.runId}): ${first.failure.message}${trouble === null ? '' : ` ${trouble}`}`,
      hint: first.failure.hint,
    }
  const waiting = runs.filter((run) => run.status === 'queued')
  if (waiting.length === 0) return null
  return {
    code: 'engine-unavailable',
    message: `${waiting.length} of ${runs.length} runs were not started. ${trouble ?? ''}`.trim(),
    hint: 'Resume the study when the cause is gone.',
  }
}

/**
 * The answer about a study: every run's summary, and the groups side by side.
 *
 * @param lab where it is
 * @param studyId which study
 * @param isInterrupted whether a person pressed Ctrl-C
 */
export async function studyAnswer(lab: Lab, studyId: string, isInterrupted: boolean): Promise<Answer> {
  const { name, runIds } = await lab.studies.get(studyId)
  const runs = await Promise.all(runIds.map(async (runId) => (await lab.runs.show({ runId })).summary))
  const document = { studyId, name, runs }
  if (isInterrupted && runs.some((run) => run.status !== 'done'))
    return {
      exitCode: exitCodes.interrupted,
      document,
      text: `Study ${studyId} is interrupted. Go on with: lab resume ${studyId}`,
    }
  const failure = studyFailure(runs, lab.queue)
  if (failure !== null) return failed(failure, document)
  const comparison = await lab.comparisons.groups({ ids: [studyId], baseline: null })
  return done(
    document,
    [
      `Study "${name}" (${studyId}), ${runs.length} runs`,
      '',
      comparisonTables(comparison),
      '',
      ...comparisonRemarks(comparison),
      '',
      `Compare against a baseline, or as CSV or LaTeX: lab compare ${studyId} --baseline GROUP --format latex`,
    ].join('\n'),
  )
}
