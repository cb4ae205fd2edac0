import { describe, expect, it } from 'vitest'
import { formatAgo, formatDateTime } from './dates.ts'
import { formatDuration, formatDurationRange } from './durations.ts'
import { baseName, taskLabel } from './labels.ts'
import {
  formatMetric,
  formatMetricDifference,
  formatSpread,
  isImprovement,
  metricHeading,
} from './metrics.ts'
import {
  countOf,
  formatBytes,
  formatCompactCount,
  formatCount,
  formatLoss,
  formatPercent,
  formatPValue,
  formatRatio,
  formatSigned,
} from './numbers.ts'
import { settingLabel, settingText } from './settings.ts'

describe('numbers', () => {
  it('shows a dash for what is missing and a zero for zero', () => {
    expect([formatCount(null), formatLoss(null), formatRatio(undefined), formatBytes(null)]).toEqual(
      Array(4).fill('—'),
    )
    expect([formatCount(0), formatLoss(0), formatRatio(0), formatBytes(0)]).toEqual([
      '0',
      '0.0000',
      '0.00×',
      '0 B',
    ])
  })

  it('names what is not finite instead of hiding it', () => {
    expect([formatLoss(Number.NaN), formatLoss(Infinity), formatLoss(-Infinity)]).toEqual(['NaN', '∞', '−∞'])
  })

  it('writes thousands, sizes and model sizes', () => {
    expect([formatCount(108_310_273), formatCompactCount(22_713_216), formatCompactCount(9_999)]).toEqual([
      '108,310,273',
      '22.7 M',
      '9,999',
    ])
    expect([formatBytes(1023), formatBytes(1536), formatBytes(3.1 * 2 ** 30)]).toEqual([
      '1023 B',
      '1.5 KiB',
      '3.1 GiB',
    ])
  })

  it('always signs a difference', () => {
    expect([formatSigned(1.25, 1), formatSigned(-1.25, 1), formatSigned(0.01, 1)]).toEqual([
      '+1.3',
      '−1.3',
      '±0.0',
    ])
  })

  it('rounds progress down and small p-values to a bound', () => {
    expect([formatPercent(199, 200), formatPercent(0, 0), formatPercent(200, 200)]).toEqual([
      '99 %',
      '—',
      '100 %',
    ])
    expect([formatPValue(0.0004), formatPValue(0.0314), formatPValue(null)]).toEqual([
      '< 0.001',
      '0.031',
      '—',
    ])
  })

  it('counts in singular and plural', () => {
    expect([countOf(1, 'run'), countOf(2, 'run'), countOf(0, 'study', 'studies')]).toEqual([
      '1 run',
      '2 runs',
      '0 studies',
    ])
  })
})

describe('metrics', () => {
  it('multiplies fractions as the literature does and says so in the heading', () => {
    expect(formatMetric('accuracy', 0.57431)).toBe('57.4')
    expect(formatMetric('matthews', -0.021)).toBe('−2.1')
    expect(formatMetric('loss', 0.57431)).toBe('0.5743')
    expect([metricHeading('accuracy'), metricHeading('loss')]).toEqual(['Accuracy ×100', 'Loss'])
  })

  it('writes mean ± std only where there is a spread', () => {
    expect(formatSpread('accuracy', { mean: 0.884, std: 0.006, n: 5, values: [] })).toBe('88.4 ± 0.6')
    expect(formatSpread('accuracy', { mean: 0.884, std: null, n: 1, values: [] })).toBe('88.4')
    expect(formatSpread('accuracy', null)).toBe('—')
  })

  it('judges a difference by the direction of the metric', () => {
    expect(formatMetricDifference('accuracy', 0.012)).toBe('+1.2')
    expect([
      isImprovement('accuracy', 0.01),
      isImprovement('loss', 0.01),
      isImprovement('loss', -0.01),
    ]).toEqual([true, false, true])
    expect(isImprovement('accuracy', 0.0001)).toBeNull()
  })
})

describe('durations', () => {
  it('gets coarser as it gets longer', () => {
    expect([0, 0.25, 4.25, 42, 200, 1260, 4320, 200_000].map(formatDuration)).toEqual([
      '0 s',
      '0.25 s',
      '4.3 s',
      '42 s',
      '3 min 20 s',
      '21 min',
      '1 h 12 min',
      '2 d 8 h',
    ])
    expect(formatDuration(null)).toBe('—')
  })

  it('writes both ends of a range in one unit', () => {
    expect(formatDurationRange([14, 18])).toBe('14–18 s')
    expect(formatDurationRange([700, 890])).toBe('11–15 min')
    expect(formatDurationRange([60, 60])).toBe('60 s')
    expect(formatDurationRange([3500, 4300])).toBe('58 min – 1 h 12 min')
    expect(formatDurationRange(null)).toBe('—')
  })
})

describe('dates', () => {
  it('goes from minutes to the time of day to the day', () => {
    const now = new Date(2026, 10, 23, 15, 0, 0).getTime()
    const ago = (minutes: number): string => formatAgo(new Date(now - minutes * 60_000).toISOString(), now)
    expect([ago(0), ago(12), ago(90), ago(60 * 24)]).toEqual([
      'just now',
      '12 min ago',
      'today, 13:30',
      '22 Nov, 15:00',
    ])
  })

  it('shows a dash for a missing or broken date', () => {
    expect([formatAgo(null, 0), formatDateTime('soon')]).toEqual(['—', '—'])
  })
})

describe('labels and settings', () => {
  it('reads names from the registries and shows what they lack as it is', () => {
    expect([taskLabel('rte'), taskLabel('xnli')]).toEqual(['RTE', 'xnli'])
    expect([settingLabel('method.discardRate'), settingLabel('method.new')]).toEqual([
      'Discard rate q',
      'method.new',
    ])
  })

  it('names a setting of several methods by each of its meanings, or by that of the method in question', () => {
    expect(settingLabel('method.consistencyWeight')).toBe('Consistency weight α / η')
    expect(settingLabel('method.consistencyWeight', ['hidden-cut'])).toBe('Consistency weight η')
    expect(settingLabel('method.crossTuning')).toBe('Cross-tuning')
  })

  it.each([
    ['training.learningRate', 1e-5, '1e-5'],
    ['training.batchSize', 16, '16'],
    ['training.maxGradientNorm', null, 'no clipping'],
    ['limits.trainExamples', null, 'all'],
    ['method.kind', 'r-drop', 'R-Drop'],
    ['method.kind', 'a later one', 'a later one'],
    ['method.attribution', 'attention', 'Attention (AA)'],
    ['method.crossTuning', true, 'on'],
    ['method.layers', [0, 3], '0, 3'],
    ['method.layers', 'all', 'all'],
    ['method.discardRate', undefined, '—'],
    ['method.new', false, 'off'],
    ['new', [0, 3], '[0,3]'],
  ])('writes the value of %s, %j, as “%s”', (key, value, text) => {
    expect(settingText(key, value)).toBe(text)
  })

  it('shows nothing for a setting that the method in question does not have', () => {
    expect(settingText('method.discardRate', null, ['r-drop'])).toBe('—')
    expect(
      settingText('method.integrationPoints', null, ['ad-drop'], { integrationRule: 'gauss-legendre' }),
    ).toBe('usual number, 5')
  })

  it('takes the last part of a path of any platform', () => {
    expect([baseName('/data/RTE/'), baseName('C:\\data\\RTE')]).toEqual(['RTE', 'RTE'])
  })
})
