/**
 * The overhead of one run as every place shows it. The window's code knows nothing of the main side's, so what that side makes
 * of the run is loaded here by name.
 */
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { describe, expect, it, vi } from 'vitest'
import { createFakeLabClient } from '@renderer/bridge/fake-lab-client.ts'
import { labClientKey, type LabClient } from '@renderer/bridge/lab-client.ts'
import { useRunDetailStore } from '@renderer/stores/run-detail-store.ts'
import { formatRatio } from '@renderer/format/numbers.ts'
import { runConfig } from '@shared/config/run-config.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import type { EpochPhase, EpochSummary, RunSummary } from '@shared/results/run-summary.ts'
import { overheadOf } from '@shared/results/training-time.ts'
import RunDetailPanel from './views/runs/RunDetailPanel.vue'
import CompareTable from './views/compare/CompareTable.vue'
import EpochSecondsChart from './views/compare/EpochSecondsChart.vue'

vi.setConfig({ testTimeout: 60_000 })

const { compareRuns } = await vi.importActual<{
  compareRuns: (runs: readonly RunSummary[]) => Comparison
}>('@main/comparison/compare-runs.ts')
const { renderComparison } = await vi.importActual<{
  renderComparison: (comparison: Comparison, format: 'csv' | 'json' | 'latex') => string
}>('@main/comparison/render-comparison.ts')
const { comparisonReport } = await vi.importActual<{
  comparisonReport: (comparison: Comparison, facts: object) => string
}>('@main/cli/report/comparison-report.ts')
const { comparisonTables } = await vi.importActual<{ comparisonTables: (comparison: Comparison) => string }>(
  '@main/cli/comparison-rows.ts',
)
const { runText } = await vi.importActual<{ runText: (run: RunSummary, folder: string) => string }>(
  '@main/cli/run-text.ts',
)

/** An epoch whose first steps came with start-up, and which took time beside its training. */
function anEpoch(epoch: number, phase: EpochPhase, training: number): EpochSummary {
  const [evaluation, other] = [7, 11]
  return {
    epoch,
    phase,
    trainLoss: 0.6,
    validationLoss: 0.6,
    metrics: { accuracy: 0.5 + epoch / 50, f1: 0.5 },
    undefined: {},
    seconds: {
      total: training + evaluation + other,
      input: 0.1 * training,
      firstPass: 0,
      attribution: 0,
      mask: 0,
      secondPass: 0.3 * training,
      backward: 0.5 * training,
      update: 0.1 * training,
      evaluation,
      other,
    },
    startUp: epoch <= 2 ? { seconds: 9, steps: 4 } : { seconds: 0, steps: 0 },
    steps: 20,
    tokens: 1000,
    paddedTokens: 10,
  }
}

function aRun(kind: 'fine-tuning' | 'ad-drop', trainings: readonly number[]): RunSummary {
  const epochs = trainings.map((training, index) =>
    anEpoch(index + 1, kind === 'ad-drop' && index % 2 === 1 ? 'regularized' : 'fine-tuning', training),
  )
  const stepMs = { fineTuning: 101.3, regularized: kind === 'ad-drop' ? 164.7 : null }
  return {
    runId: `r-${kind}`,
    studyId: null,
    name: kind,
    status: 'done',
    config: runConfig.parse({
      schemaVersion: 1,
      checkpoint: 'c',
      dataset: 'd',
      task: 'rte',
      method: { kind },
    }),
    best: { metric: 'accuracy', value: 0.5 + epochs.length / 50, epoch: epochs.length },
    epochs,
    stepMs,
    overhead: overheadOf(stepMs, { epochs }),
    surveySeconds: 0,
    engine: { backend: 'tensorflow-cpu', mode: 'traced', versions: {}, device: 'A processor', threads: 2 },
    execution: null,
    rows: null,
    peakMemoryBytes: null,
    secondsSource: 'measured',
    failure: null,
    notes: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: null,
    endedAt: null,
  }
}

const plain = aRun('fine-tuning', [30, 31, 29.5, 30.2, 30.4])
const dropped = aRun('ad-drop', [28, 47, 31, 52.4, 30.6, 51.1])
const comparison = compareRuns([plain, dropped])
const group = comparison.groups[1]!
const shown = {
  step: formatRatio(dropped.overhead.step),
  epoch: formatRatio(dropped.overhead.epoch),
  run: formatRatio(group.overhead.run),
}
const asText = [shown.step, shown.epoch, shown.run].map((text) => `×${text.replace('×', '')}`)

describe('the overhead of one run', () => {
  it('is not what start-up, evaluation and first epochs would make of it', () => {
    // Warm regularized epochs after the first: 52.4 and 51.1; warm plain ones after the first: 31 and 30.6.
    expect(dropped.overhead.epoch).toBeCloseTo((52.4 + 51.1) / (31 + 30.6), 12)
    expect(dropped.overhead.step).toBeCloseTo(164.7 / 101.3, 12)
    // Steps of epochs with start-up count as long as the 16 warm ones of 20.
    const warm = (epochs: readonly number[]): number =>
      epochs.reduce((sum, training, index) => sum + (index < 2 ? (training * 20) / 16 : training), 0)
    expect(group.overhead.run).toBeCloseTo(
      warm([28, 47, 31, 52.4, 30.6, 51.1]) / warm([30, 31, 29.5, 30.2, 30.4]),
      12,
    )
  })

  it('is the same in record, JSON, CSV, LaTeX, report and terminal', () => {
    const json = JSON.parse(renderComparison(comparison, 'json')) as Comparison
    expect(json.groups[1]!.overhead.step!.mean).toBe(dropped.overhead.step)
    expect(json.groups[1]!.overhead.epoch!.mean).toBe(dropped.overhead.epoch)
    expect(json.groups[1]!.overhead.run).toBe(group.overhead.run)

    const [header, , row] = renderComparison(comparison, 'csv').split('\r\n')
    const cell = (name: string): number => Number(row!.split(',')[header!.split(',').indexOf(name)])
    expect(cell('overhead_step')).toBe(dropped.overhead.step)
    expect(cell('overhead_epoch')).toBe(dropped.overhead.epoch)
    expect(cell('overhead_run')).toBe(group.overhead.run)

    const latex = renderComparison(comparison, 'latex')
    const cells = [shown.step, shown.epoch, shown.run].map((text) => text.replace('×', '$\\times$'))
    expect(latex).toContain('& Step overhead & Epoch overhead & Run overhead \\\\')
    expect(latex).toContain(`& ${cells.join(' & ')} \\\\`)

    const html = comparisonReport(comparison, { title: 't', introduction: 'i', facts: {} })
    expect(html).toContain(asText.map((text) => `<td>${text}</td>`).join(''))
    expect(comparisonTables(comparison)).toMatch(new RegExp(asText.join(' +')))
    expect(runText(dropped, 'folder')).toContain(`step overhead ${asText[0]!}, epoch overhead ${asText[1]!}`)
  })

  it('is the same in the window: table, bars and run detail', async () => {
    const table = mount(CompareTable, {
      props: { comparison, slots: new Map(), hidden: new Set<string>() },
      global: { stubs: { RouterLink: true } },
    })
    const row = table.findAll('[data-testid=compare-row]')[1]!
    for (const kind of ['step', 'epoch', 'run'] as const)
      expect(row.get(`[data-cell=${kind}-overhead]`).text()).toBe(shown[kind])
    expect(row.get('[data-cell=epoch-overhead]').attributes('data-value')).toBe(
      String(dropped.overhead.epoch),
    )

    const bars = mount(EpochSecondsChart, {
      props: { groups: comparison.groups },
      global: { stubs: { LabChart: true } },
    })
    await bars.get('button').trigger('click')
    const [, ownPlain, regularized] = bars
      .findAll('[data-cell=training]')
      .map((found) => Number(found.attributes('data-value')))
    expect(regularized! / ownPlain!).toBeCloseTo(dropped.overhead.epoch!, 12)

    expect(await runDetail(dropped)).toMatch(
      new RegExp(`Step overhead\\s*${shown.step}\\s*Epoch overhead\\s*${shown.epoch}`),
    )
  })
})

/** Text of the run's detail. */
async function runDetail(summary: RunSummary): Promise<string> {
  const fake = createFakeLabClient()
  const call: LabClient['call'] = async (name, ...input) => {
    const answer = await fake.call(name, ...input)
    if (name !== 'run.show' || !answer.ok) return answer
    return { ok: true, value: { ...(answer.value as object), summary } as never }
  }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/compare', name: 'compare', component: { template: '<i></i>' } }],
  })
  const pinia = createPinia()
  const runId = 'r-210'
  const panel = mount(RunDetailPanel, {
    props: { runId },
    global: {
      plugins: [pinia, router],
      provide: { [labClientKey as symbol]: { ...fake, call } },
      stubs: { LabChart: true, StepLossChart: true, RunConfigPanel: true },
    },
  })
  await useRunDetailStore(pinia).open(runId)
  await flushPromises()
  return panel.text()
}
