/** The finished sample as text for the terminal and as a report file. */
import { join } from 'node:path'
import { makeFolder } from '@main/platform/make-folder.ts'
import { writeFileDurably } from '@main/platform/durable-file.ts'
import type { Lab } from '@main/services/lab.ts'
import type { StudyListItem } from '@shared/contracts/lab-contract.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { comparisonCharts } from './comparison-curves.ts'
import { comparisonRemarks, comparisonTables } from './comparison-rows.ts'
import { curveText, regularizedEpochsOf } from './curve-text.ts'
import { comparisonReport } from './report/comparison-report.ts'

const marks = ['●', '◆', '▲', '■', '○', '◇']

/**
 * The study compared with its fine-tuning group.
 *
 * @param lab where it is
 * @param studyId the study
 */
export async function compareWithFineTuning(lab: Lab, studyId: string): Promise<Comparison> {
  const { runIds } = await lab.studies.get(studyId)
  const summaries = await Promise.all(runIds.map(async (runId) => (await lab.runs.show({ runId })).summary))
  const plain = summaries.find((run) => run.config.method.kind === 'fine-tuning')
  return lab.comparisons.groups({ ids: [studyId], baseline: plain?.runId ?? null })
}

/**
 * Table and curves for a terminal.
 *
 * @param comparison the finished study
 */
export function comparisonOverview(comparison: Comparison): string {
  const regularizedEpochs = regularizedEpochsOf(comparison.groups.map((group) => group.curve))
  const charts = comparisonCharts(comparison).map((chart) =>
    curveText(
      chart.caution === null ? chart.title : `${chart.title} (${chart.caution})`,
      chart.curves.map(({ group, points }, index) => ({
        label: group.label,
        mark: marks[index % marks.length] ?? '●',
        points: points.map(({ epoch, spread }) => ({ epoch, value: spread.mean })),
      })),
      regularizedEpochs,
      chart.digits,
    ),
  )
  return [
    comparisonTables(comparison),
    '',
    ...comparisonRemarks(comparison),
    ...charts.filter((chart) => chart !== '').map((chart) => `\n${chart}`),
  ].join('\n')
}

/**
 * Writes the report of a study.
 *
 * @param home LAB_HOME
 * @param study which study
 * @param comparison its groups
 * @param runs its runs
 * @returns path of the file
 */
export function writeReport(
  home: string,
  study: StudyListItem,
  comparison: Comparison,
  runs: readonly RunSummary[],
): string {
  const folder = join(home, 'reports')
  makeFolder(folder)
  const path = join(folder, `${study.studyId}.html`)
  const engine = runs.find((run) => run.engine !== null)?.engine ?? null
  const training = runs[0]?.config.training
  const facts: Record<string, string> = {
    Study: `${study.name} (${study.studyId})`,
    Finished:
      runs
        .map((run) => run.endedAt ?? '')
        .sort()
        .at(-1) ?? '',
  }
  if (engine !== null) {
    facts['Engine'] = `${engine.backend}, ${engine.mode}, ${engine.device}, ${engine.threads} threads`
    facts['Versions'] = Object.entries(engine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')
  }
  if (training !== undefined)
    facts['Training'] =
      `learning rate ${training.learningRate}, batch size ${training.batchSize}, at most ${training.maxEpochs} epochs, patience ${training.patience}, max length ${training.maxLength}`
  const report = comparisonReport(comparison, {
    title: study.name,
    introduction: `${runs.length} runs, compared on the validation split. Everything was computed on this machine.`,
    facts,
  })
  writeFileDurably(path, report)
  return path
}
