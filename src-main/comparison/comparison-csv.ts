/** A comparison as CSV (RFC 4180): one row a group, raw numbers, an empty cell where there is none. */
import {
  differenceText,
  type Comparison,
  type ComparisonGroup,
  type Spread,
} from '@shared/results/comparison.ts'
import { addedLossOf } from '@shared/results/training-objectives.ts'
import type { MetricId } from '@shared/tasks/metric.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { csvCell, type Cell } from './csv-cell.ts'

/**
 * The comparison's groups as a table. Scores are fractions, never percentages; lists in one cell (seeds, single values)
 * are joined by spaces.
 *
 * @param comparison groups side by side
 */
export function comparisonCsv(comparison: Comparison): string {
  const settings = [
    ...new Set(comparison.groups.flatMap((group) => Object.keys(group.differingSettings))),
  ].filter((key) => key !== 'task')
  const others = (Object.keys(metrics) as MetricId[]).filter((id) =>
    comparison.groups.some((group) => group.metricsAtBest[id] !== undefined),
  )
  const rows = comparison.groups.map((group) => groupCells(group, comparison, settings, others))
  const header = (rows[0] ?? groupHeader).map(([name]) => name)
  return [header, ...rows.map((row) => row.map(([, cell]) => cell))].map(csvLine).join('')
}

/** What a table without groups still shows. */
const groupHeader: readonly (readonly [string, Cell])[] = [
  ['group', null],
  ['label', null],
]

function groupCells(
  group: ComparisonGroup,
  comparison: Comparison,
  settings: readonly string[],
  others: readonly MetricId[],
): (readonly [string, Cell])[] {
  return [
    ['group', group.groupId],
    ['label', group.label],
    ['is_baseline', group.groupId === comparison.baselineGroupId],
    ...settings.map((key) => [key, group.differingSettings[key] ?? null] as const),
    ['differs_from_baseline', differenceText(group.differsFromBaseline) || null],
    ['task', group.task],
    ['metric', group.metric],
    ...spreadCells('best', group.best),
    ['values', group.best?.values.join(' ') ?? null],
    ['seeds', group.members.map(({ seed }) => seed).join(' ')],
    ['best_epochs', group.members.map(({ bestEpoch }) => bestEpoch ?? 'none').join(' ')],
    ['best_phases', group.members.map(({ bestPhase }) => bestPhase ?? 'none').join(' ')],
    ['evaluated_epochs', group.members.map(({ evaluatedEpochs }) => evaluatedEpochs).join(' ')],
    ['runs', group.members.map(({ runId }) => runId).join(' ')],
    ['statuses', group.members.map(({ status }) => status).join(' ')],
    ...others.flatMap((id) => spreadCells(`${id}_at_best`, group.metricsAtBest[id] ?? null)),
    ['difference', group.difference?.difference ?? null],
    ['p_value', group.difference?.pValue ?? null],
    ['p_value_holm', group.difference?.correctedPValue ?? null],
    ['p_value_note', group.difference?.pValueNote ?? null],
    ['paired_p_value', group.difference?.paired?.pValue ?? null],
    ['paired_p_value_holm', group.difference?.paired?.correctedPValue ?? null],
    ['paired_seeds', group.difference?.paired?.seeds.join(' ') ?? null],
    ['step_ms_fine_tuning', group.stepMs.fineTuning?.mean ?? null],
    ['step_ms_regularized', group.stepMs.regularized?.mean ?? null],
    ['overhead_step', group.overhead.step?.mean ?? null],
    ['overhead_epoch', group.overhead.epoch?.mean ?? null],
    ['overhead_plain_of', group.overhead.plainOf],
    ['overhead_run', group.overhead.run],
    ['training_seconds', group.trainingSeconds?.mean ?? null],
    ['seconds_to_best', group.secondsToBest?.mean ?? null],
    ['start_up_seconds', group.startUpSeconds?.mean ?? null],
    ['added_training_loss', addedLossOf(group.method)],
    // Of no group, and so the same in every row.
    ['left_out', comparison.leftOut.map(({ runId, reason }) => `${runId}: ${reason}`).join(' ') || null],
  ]
}

function spreadCells(name: string, spread: Spread | null): (readonly [string, Cell])[] {
  return [
    [`${name}_mean`, spread?.mean ?? null],
    [`${name}_std`, spread?.std ?? null],
    [`${name}_n`, spread?.n ?? 0],
  ]
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
