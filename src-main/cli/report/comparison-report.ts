/** A comparison as one HTML file that needs nothing else: table, curves, how it was made. */
import type { Comparison, ComparisonGroup } from '@shared/results/comparison.ts'
import { scoreTerms, timeTerms } from '@shared/results/reading-terms.ts'
import { comparisonCharts, type ComparisonChart } from '@main/cli/comparison-curves.ts'
import { costColumns, scoreColumns } from '@main/cli/comparison-rows.ts'
import type { Column } from '@main/cli/text-table.ts'
import { formatScore, missing } from '@main/cli/score-text.ts'
import { regularizedEpochsOf } from '@main/cli/curve-text.ts'
import { curveDash, curveSvg, seriesCount } from './curve-svg.ts'
import { escapeHtml } from './html-text.ts'
import { reportStyle } from './report-style.ts'

/** What the page says beside the numbers. */
export interface ReportFacts {
  readonly title: string
  /** One paragraph: what was compared. */
  readonly introduction: string
  /** Facts by name: machine, versions, settings, folder. */
  readonly facts: Readonly<Record<string, string>>
}

function tableOf(comparison: Comparison, columns: readonly Column<ComparisonGroup>[]): string {
  const heading = columns.map((column) => `<th scope="col">${escapeHtml(column.title)}</th>`).join('')
  const rows = comparison.groups.map((group) => {
    const cells = columns.map((column, index) =>
      index === 0
        ? `<th scope="row">${escapeHtml(column.cell(group))}</th>`
        : `<td>${escapeHtml(column.cell(group))}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="scroll"><table><thead><tr>${heading}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

function memberTable(comparison: Comparison): string {
  const rows = comparison.groups.flatMap((group) =>
    group.members.map(
      (member) =>
        `<tr><th scope="row">${escapeHtml(member.name)}</th><td>${member.seed}</td><td>${member.status}</td>` +
        `<td>${formatScore(group.metric, member.best)}</td><td>${member.bestEpoch ?? escapeHtml(member.undefinedScore ?? missing)}</td>` +
        `<td>${member.bestPhase ?? missing}</td><td>${member.evaluatedEpochs}</td></tr>`,
    ),
  )
  return (
    '<div class="scroll"><table><thead><tr><th scope="col">Run</th><th scope="col">Seed</th><th scope="col">State</th>' +
    `<th scope="col">Best</th><th scope="col">at epoch</th><th scope="col">Phase</th><th scope="col">Evaluated epochs</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
  )
}

/** What the terms of a table mean. */
function termList(terms: readonly (readonly [string, string])[]): string {
  const rows = terms.map(([term, meaning]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(meaning)}</dd>`)
  return `<dl class="quiet">${rows.join('')}</dl>`
}

/** A piece of a curve's line, for the legend. */
function swatch(index: number): string {
  const line = `<line class="line series-${(index % seriesCount) + 1}" stroke-dasharray="${curveDash(index)}" x1="0" x2="28" y1="6" y2="6"/>`
  return `<svg class="swatch" viewBox="0 0 28 12" aria-hidden="true">${line}</svg>`
}

function figureOf(chart: ComparisonChart, regularizedEpochs: ReadonlySet<number>): string {
  const picture = curveSvg(
    `${chart.title} by epoch`,
    chart.curves.map(({ group: { label, members }, points }) => ({
      label,
      points: points.map(({ epoch, spread: { mean, std, n } }) => ({
        epoch,
        mean,
        std,
        runs: n < members.length ? `n = ${n} of ${members.length}` : `n = ${n}`,
        isOverFewerRuns: n < members.length,
      })),
    })),
    regularizedEpochs,
  )
  const caution = chart.caution === null ? '' : ` <span class="quiet">(${escapeHtml(chart.caution)})</span>`
  return picture === ''
    ? ''
    : `<figure><figcaption>${escapeHtml(chart.title)}${caution}</figcaption>${picture}</figure>`
}

/**
 * The page.
 *
 * @param comparison groups with scores, curves and times
 * @param facts title and origin
 * @returns a complete HTML document; nothing in it is loaded from elsewhere
 */
export function comparisonReport(comparison: Comparison, facts: ReportFacts): string {
  const regularizedEpochs = regularizedEpochsOf(comparison.groups.map((group) => group.curve))
  const legend = comparison.groups.map(
    (group, index) =>
      `<li>${swatch(index)}${escapeHtml(group.label)} (${group.members.length} ${group.members.length === 1 ? 'run' : 'runs'})</li>`,
  )
  if (regularizedEpochs.size > 0) legend.push('<li><span class="swatch area"></span>regularized epochs</li>')
  const notes = [
    ...comparison.notes,
    ...comparison.leftOut.map(({ runId, reason }) => `Run ${runId} is left out: ${reason}`),
  ]
  const factRows = Object.entries(facts.facts).map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(facts.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<h1>${escapeHtml(facts.title)}</h1>
<p>${escapeHtml(facts.introduction)}</p>
<h2>Scores and time</h2>
${tableOf(comparison, scoreColumns(comparison))}
${termList(scoreTerms)}
${tableOf(comparison, costColumns(comparison))}
${termList(timeTerms)}
${notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}
<h2>Curves</h2>
<p class="quiet">Mean over the seeds, band ± one standard deviation. A hollow dot is a mean over fewer runs than the group has.</p>
<ul class="legend">${legend.join('')}</ul>
<div class="charts">
${comparisonCharts(comparison)
  .map((chart) => figureOf(chart, regularizedEpochs))
  .join('\n')}
</div>
<h2>Runs</h2>
${memberTable(comparison)}
<h2>How this was made</h2>
<div class="scroll"><table><tbody>${factRows.join('\n')}</tbody></table></div>
</body>
</html>
`
}
