/** A run as a person reads it in a terminal. */
import type { EpochSummary, RunSummary } from '@shared/results/run-summary.ts'
import { undefinedScores, whyNoBest } from '@shared/results/undefined-score.ts'
import { metrics, type MetricId } from '@shared/tasks/metric.ts'
import { tasks } from '@shared/tasks/task.ts'
import { formatBytes, formatDuration } from './duration.ts'
import { formatFactor, formatScore, missing } from './score-text.ts'
import { textTable, type Column } from './text-table.ts'
import { oneLine } from '@shared/text/visible-text.ts'

function epochColumns(metricIds: readonly MetricId[]): Column<EpochSummary>[] {
  const right = { align: 'right' } as const
  return [
    { title: 'Epoch', cell: (epoch) => String(epoch.epoch), ...right },
    { title: 'Phase', cell: (epoch) => epoch.phase },
    { title: 'Training loss', cell: (epoch) => epoch.trainLoss.toFixed(4), ...right },
    { title: 'Validation loss', cell: (epoch) => epoch.validationLoss.toFixed(4), ...right },
    ...metricIds.map((id) => ({
      title: metrics[id].label,
      cell: (epoch: EpochSummary) => formatScore(id, epoch.metrics[id]),
      ...right,
    })),
    { title: 'Time', cell: (epoch) => formatDuration(epoch.seconds.total), ...right },
  ]
}

/**
 * State, best score, epochs, step times and where the run's folder is.
 *
 * @param summary the run
 * @param folder its folder
 */
export function runText(summary: RunSummary, folder: string): string {
  const { best, stepMs, overhead } = summary
  const milliseconds = (value: number | null): string => (value === null ? missing : `${value.toFixed(1)} ms`)
  const lines = [`${oneLine(summary.name)}  (${summary.runId})`, `State: ${summary.status}`]
  if (summary.failure !== null)
    lines.push(`Failure: ${oneLine(summary.failure.message)}`, oneLine(summary.failure.hint))
  if (best !== null)
    lines.push(
      `Best ${metrics[best.metric].label}: ${formatScore(best.metric, best.value)} at epoch ${best.epoch}`,
    )
  const noBest = whyNoBest(summary)
  if (noBest !== null) lines.push(`Best: ${missing}. ${noBest}`)
  lines.push(
    `Step: fine-tuning ${milliseconds(stepMs.fineTuning)}, regularized ${milliseconds(stepMs.regularized)}, step overhead ${formatFactor(overhead.step)}, epoch overhead ${formatFactor(overhead.epoch)}`,
  )
  if (summary.peakMemoryBytes !== null) lines.push(`Peak memory: ${formatBytes(summary.peakMemoryBytes)}`)
  if (summary.epochs.length > 0)
    lines.push('', textTable(epochColumns(tasks[summary.config.task].metrics), summary.epochs), '')
  lines.push(...undefinedScores(summary.epochs).map((text) => `${missing} ${text}.`))
  lines.push(...summary.notes.map((note) => `Note: ${oneLine(note)}`), `Folder: ${folder}`)
  return lines.filter((line, index) => line !== '' || index > 0).join('\n')
}
