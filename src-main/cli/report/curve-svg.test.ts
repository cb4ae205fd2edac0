import { describe, expect, it } from 'vitest'
import { curveDash, curveSvg, seriesCount } from './curve-svg.ts'

const curve = (label: string, means: readonly number[], std: number | null = 0.1) => ({
  label,
  points: means.map((mean, index) => ({
    epoch: index + 1,
    mean,
    std,
    runs: 'n = 3',
    isOverFewerRuns: index === 2,
  })),
})

describe('curveSvg', () => {
  it('draws a line, a band and a shade for each regularized epoch', () => {
    const svg = curveSvg('Loss', [curve('FT', [0.9, 0.5, 0.3])], new Set([2]))

    expect(svg.match(/<polyline/g)).toHaveLength(1)
    expect(svg.match(/<polygon/g)).toHaveLength(1)
    expect(svg.match(/class="shade"/g)).toHaveLength(1)
    expect(svg.match(/<circle/g)).toHaveLength(3)
    expect(svg.match(/class="hollow/g)).toHaveLength(1)
  })

  it('labels the axis with at least four round values of equal decimals', () => {
    const svg = curveSvg('Loss', [curve('FT', [0.51, 0.62], null)], new Set())

    const labels = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map((match) => match[1] ?? '')
    expect(labels).toEqual(['0.52', '0.54', '0.56', '0.58', '0.60', '0.62'])
  })

  it('draws no band for a single run, and leaves out what is not finite', () => {
    const svg = curveSvg('Loss', [curve('FT', [0.9, NaN, 0.3], null)], new Set())

    expect(svg).not.toContain('<polygon')
    expect(svg.match(/<circle/g)).toHaveLength(2)
    expect(svg).not.toContain('NaN')
  })

  it('gives no two of 36 curves the same colour and dash', () => {
    const looks = Array.from({ length: 36 }, (_, index) => `${index % seriesCount} ${curveDash(index)}`)
    expect(new Set(looks).size).toBe(36)
  })

  it('survives a single value and shows markup in labels as text', () => {
    const svg = curveSvg('<script>', [curve('a<b', [1], null)], new Set())

    expect(svg).toContain('&lt;script&gt;')
    expect(svg).toContain('a&lt;b')
    expect(curveSvg('Loss', [curve('FT', [])], new Set())).toBe('')
  })
})
