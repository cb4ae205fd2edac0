import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import type { Spread } from '@shared/results/comparison.ts'
import type { EpochSeconds } from '@shared/results/run-summary.ts'
import { describe, expect, it } from 'vitest'
import { splitBand } from './band-series.ts'
import { escapeHtml, type ChartOption } from './chart-parts.ts'
import { epochCurveSummary, epochSecondsSummary, stepLossSummary } from './chart-summary.ts'
import { groupLine, plainTheme } from './chart-theme.ts'
import {
  curveEpochs,
  curveLegend,
  epochCurveOption,
  regularizedEpochs,
  type CurveGroup,
  type EpochCurveInput,
} from './epoch-curve-option.ts'
import { epochSecondsOption, partsOf, type SecondsBar } from './epoch-seconds-option.ts'
import { regularizedSteps, stepLossOption } from './step-loss-option.ts'

interface Series {
  readonly id: string
  readonly type: string
  readonly data: readonly (readonly (number | null)[])[]
  readonly markArea?: { readonly data: readonly unknown[] }
}

const seriesOf = (option: ChartOption): readonly Series[] => option['series'] as readonly Series[]
const seriesNamed = (option: ChartOption, id: string): Series | undefined =>
  seriesOf(option).find((series) => series.id === id)

const stepPoint = (step: number, loss: number, more: Partial<StepPoint> = {}): StepPoint => ({
  step,
  epoch: 1,
  phase: 'fine-tuning',
  loss,
  min: loss,
  max: loss,
  ...more,
})

const spread = (...values: number[]): Spread => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, std: values.length < 2 ? null : Math.sqrt(variance), n: values.length, values }
}

const group = (more: Partial<CurveGroup> = {}): CurveGroup => ({
  groupId: 'a',
  label: 'AD-DROP',
  slot: 0,
  isBaseline: false,
  size: 3,
  epochs: [
    { epoch: 1, phase: 'fine-tuning', spread: spread(0.7, 0.6, 0.8), runs: 3 },
    { epoch: 2, phase: 'regularized', spread: spread(0.5, 0.4, 0.6), runs: 3 },
    { epoch: 3, phase: 'fine-tuning', spread: spread(0.3, 0.5), runs: 2 },
  ],
  ...more,
})

const curves = (groups: readonly CurveGroup[], more: Partial<EpochCurveInput> = {}): EpochCurveInput => ({
  groups,
  quantity: 'Validation loss',
  hasSeeds: true,
  isLogarithmic: false,
  scale: (value) => value,
  text: (value) => (value === null ? '—' : value.toFixed(2)),
  ...more,
})

describe('loss by step', () => {
  const input = (points: readonly StepPoint[], smoothing = 0.6) => ({
    points,
    smoothing,
    isLogarithmic: false,
  })

  it('draws nothing of an empty series and says so', () => {
    const option = stepLossOption(input([]), plainTheme)
    expect(seriesOf(option).every((series) => series.data.length === 0)).toBe(true)
    expect(stepLossSummary([])).toBe('Training loss by step: no step yet.')
  })

  it('shows a single point as a symbol, because a line of one point is invisible', () => {
    const option = stepLossOption(input([stepPoint(1, 0.7)]), plainTheme)
    expect(seriesNamed(option, 'raw')).toMatchObject({ data: [[1, 0.7]], showSymbol: true })
  })

  it('breaks the line at values that are not finite and counts them', () => {
    const points = [stepPoint(1, 0.7), stepPoint(2, Number.NaN), stepPoint(3, 0.6)]
    const option = stepLossOption(input(points, 0), plainTheme)
    expect(seriesNamed(option, 'raw')?.data).toEqual([
      [1, 0.7],
      [2, null],
      [3, 0.6],
    ])
    expect(stepLossSummary(points)).toContain('1 value not finite')
  })

  it('keeps every point of a long series and the extremes of its buckets', () => {
    const points = Array.from({ length: 5000 }, (_, index) =>
      stepPoint(index + 1, 1, { min: 0.5, max: index === 77 ? 40 : 1.5 }),
    )
    const option = stepLossOption(input(points), plainTheme)
    expect(seriesNamed(option, 'smoothed')?.data).toHaveLength(5000)
    expect(seriesNamed(option, 'extremes')?.data[77]).toEqual([78, 0.5, 40])
  })

  it('hides what a logarithmic axis cannot show', () => {
    const option = stepLossOption(
      { points: [stepPoint(1, 0), stepPoint(2, 0.5)], smoothing: 0, isLogarithmic: true },
      plainTheme,
    )
    expect(seriesNamed(option, 'raw')?.data).toEqual([
      [1, null],
      [2, 0.5],
    ])
  })

  it('shades stretches of regularized steps up to the step that follows', () => {
    const phases = ['fine-tuning', 'regularized', 'regularized', 'fine-tuning', 'regularized'] as const
    const points = phases.map((phase, index) => stepPoint(10 * (index + 1), 1, { phase }))
    expect(regularizedSteps(points)).toEqual([
      { from: 20, to: 40 },
      { from: 50, to: 50 },
    ])
  })
})

describe('curves by epoch', () => {
  it('draws mean, band and single seeds of a group', () => {
    const option = epochCurveOption(curves([group()]), plainTheme)
    expect(seriesNamed(option, 'a mean')?.data[0]).toMatchObject({ value: [1, expect.closeTo(0.7, 12)] })
    expect(seriesNamed(option, 'a band')?.data[0]).toEqual([
      1,
      expect.closeTo(0.6, 12),
      expect.closeTo(0.8, 12),
    ])
    expect(seriesNamed(option, 'a seed 2')?.data).toEqual([
      [1, 0.8],
      [2, 0.6],
    ])
  })

  it('shows seeds as dots once some have ended, because their order is no longer known', () => {
    const option = epochCurveOption(curves([group()]), plainTheme)
    expect(seriesNamed(option, 'a seeds left')?.data).toEqual([
      [3, 0.3],
      [3, 0.5],
    ])
  })

  it('gives a single run no band, no seeds and no ±', () => {
    const single = group({
      size: 1,
      epochs: [{ epoch: 1, phase: 'fine-tuning', spread: spread(0.7), runs: 1 }],
    })
    const option = epochCurveOption(curves([single]), plainTheme)
    expect(seriesNamed(option, 'a band')?.data).toEqual([])
    expect(seriesNamed(option, 'a seed 0')).toBeUndefined()
    expect(curveLegend(single)).toBe('single run (n=1)')
  })

  it('says in the legend when fewer seeds reach the end', () => {
    expect(curveLegend(group())).toBe('mean ± std (n=3→2)')
    expect(curveLegend(group({ epochs: [] }))).toBe('no epoch yet')
  })

  it('survives groups without epochs and without groups', () => {
    expect(epochCurveOption(curves([]), plainTheme)['xAxis']).toMatchObject({ min: 0.5, max: 1.5 })
    const option = epochCurveOption(curves([group({ epochs: [] })]), plainTheme)
    expect(seriesNamed(option, 'a mean')?.data).toEqual([])
    expect(epochCurveSummary(curves([group({ epochs: [] })]))).toContain('no finished epoch')
  })

  it('leaves values out that are missing or not finite instead of drawing zero', () => {
    const option = epochCurveOption(
      curves([
        group({
          epochs: [
            { epoch: 1, phase: 'fine-tuning', spread: null, runs: 1 },
            { epoch: 2, phase: 'fine-tuning', spread: spread(Number.NaN), runs: 1 },
          ],
        }),
      ]),
      plainTheme,
    )
    expect(seriesNamed(option, 'a mean')?.data).toMatchObject([{ value: [1, null] }, { value: [2, null] }])
  })

  it('hollows the marks of means over fewer runs than the group has, on a long curve too', () => {
    const point = (epoch: number, ...values: number[]) =>
      ({ epoch, phase: 'fine-tuning', spread: spread(...values), runs: values.length }) as const
    const marks = (epochs: CurveGroup['epochs']) =>
      seriesNamed(epochCurveOption(curves([group({ epochs })]), plainTheme), 'a mean')!.data
    const hollow = { itemStyle: { color: plainTheme.surface }, symbolSize: 7 }
    expect(marks([point(1, 0.7, 0.6, 0.8), point(2, 0.5, 0.6)])).toMatchObject([{ symbolSize: 5 }, hollow])

    const long = Array.from({ length: 40 }, (_, index) => point(index + 1, 0.7, 0.6, 0.8))
    expect(marks([...long, point(41, 0.5)]).slice(-2)).toMatchObject([{ symbolSize: 0 }, hollow])
    const summary = epochCurveSummary(curves([group({ epochs: [point(1, 0.7, 0.8)] })]))
    expect(summary).toContain('n=2 of 3')
  })

  it('shades each epoch that any group regularized, neighbours joined', () => {
    const second = group({
      groupId: 'b',
      epochs: [3, 6].map((epoch) => ({ epoch, phase: 'regularized', spread: null, runs: 1 })),
    })
    expect(regularizedEpochs([group(), second])).toEqual([
      { from: 1.5, to: 3.5 },
      { from: 5.5, to: 6.5 },
    ])
  })

  it('reads losses and metrics from the comparison', () => {
    const point = { epoch: 1, phase: 'fine-tuning', trainLoss: spread(1), validationLoss: spread(2) } as const
    expect(curveEpochs([{ ...point, metrics: {} }], 'validationLoss')[0]?.spread?.mean).toBe(2)
    expect(curveEpochs([{ ...point, metrics: {} }], 'accuracy')[0]?.spread).toBeNull()
  })

  it('tells both ends of every curve in words', () => {
    expect(epochCurveSummary(curves([group()]))).toBe(
      'Validation loss by epoch, 1 group. AD-DROP, mean ± std (n=3→2): 0.70 at epoch 1, 0.40 at epoch 3.',
    )
  })

  it('repeats colours with another dash after the tenth group', () => {
    expect(groupLine(plainTheme, 12)).toEqual({ color: plainTheme.groups[2], dash: 'dashed' })
  })
})

describe('seconds of an epoch', () => {
  const seconds = (more: Partial<EpochSeconds> = {}): EpochSeconds => ({
    total: 10,
    input: 1,
    firstPass: 0,
    attribution: 0,
    mask: 0,
    secondPass: 3,
    backward: 4,
    update: 1,
    evaluation: 1,
    other: 0,
    ...more,
  })
  const bars: SecondsBar[] = [
    { groupId: 'a', label: 'Fine-tuning', phase: 'fine-tuning', seconds: seconds() },
    { groupId: 'b', label: 'AD-DROP', phase: 'regularized', seconds: seconds({ attribution: 5, total: 15 }) },
  ]

  it('stacks the parts that take any time, in the order of a step', () => {
    expect(partsOf(bars)).toEqual(['input', 'attribution', 'secondPass', 'backward', 'update', 'evaluation'])
    expect(seriesNamed(epochSecondsOption(bars, plainTheme), 'attribution')?.data).toEqual([0, 5])
  })

  it('is empty without bars and says so', () => {
    expect(seriesOf(epochSecondsOption([], plainTheme))).toEqual([])
    expect(epochSecondsSummary([])).toContain('no finished epoch')
  })
})

describe('bands and texts', () => {
  it('splits a band where it has no extent and drops pieces without area', () => {
    const band = [1, 2, 3, 4, 5].map((x) => ({ x, low: x === 3 ? null : 0, high: 1 }))
    expect(splitBand(band).map((piece) => piece.map((place) => place.x))).toEqual([
      [1, 2],
      [4, 5],
    ])
    expect(splitBand(band.slice(0, 1))).toEqual([])
  })

  it('escapes names before they enter a tooltip', () => {
    expect(escapeHtml('<img src="x"> & co')).toBe('&lt;img src=&quot;x&quot;&gt; &amp; co')
  })
})
