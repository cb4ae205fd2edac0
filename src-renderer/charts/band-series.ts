/** A band between a lower and an upper line as one polygon, which logarithmic axes and negative values do not break. */
import type { ChartOption } from './chart-parts.ts'

/** One place of the band; null where it has no extent. */
export interface BandPoint {
  readonly x: number
  readonly low: number | null
  readonly high: number | null
}

interface RenderParams {
  readonly dataIndex: number
}
interface RenderApi {
  coord(point: readonly [number, number]): readonly [number, number]
}

/**
 * The band's series. Places without extent split it into several polygons.
 *
 * @param id stable name of the series
 * @param color a CSS colour
 * @param opacity in (0, 1]
 * @param points anything in ascending order of x
 * @param toBand reads a place of the band from a point
 */
export function bandSeries<Point>(
  id: string,
  color: string,
  opacity: number,
  points: readonly Point[],
  toBand: (point: Point) => BandPoint,
): ChartOption {
  const pieces = splitBand(points.map(toBand))
  const places = pieces.flat()
  return {
    id,
    type: 'custom',
    silent: true,
    z: 1,
    data: places.map((place) => [place.x, place.low, place.high]),
    encode: { x: 0, y: [1, 2] },
    renderItem: (params: RenderParams, api: RenderApi) =>
      params.dataIndex > 0
        ? null
        : {
            type: 'group',
            children: pieces.map((piece) => ({
              type: 'polygon',
              shape: { points: outline(piece).map((corner) => api.coord(corner)) },
              style: { fill: color, opacity },
            })),
          },
  }
}

/** A place of the band that has an extent. */
export interface BandPlace {
  readonly x: number
  readonly low: number
  readonly high: number
}

/**
 * The band cut where it has no extent; a piece of one place has no area and is left out.
 *
 * @param points in ascending order of x
 */
export function splitBand(points: readonly BandPoint[]): BandPlace[][] {
  const pieces: BandPlace[][] = []
  let piece: BandPlace[] = []
  for (const { x, low, high } of points) {
    if (low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high)) {
      piece.push({ x, low, high })
    } else {
      pieces.push(piece)
      piece = []
    }
  }
  pieces.push(piece)
  return pieces.filter((places) => places.length > 1)
}

function outline(piece: readonly BandPlace[]): [number, number][] {
  return [
    ...piece.map((place): [number, number] => [place.x, place.high]),
    ...[...piece].reverse().map((place): [number, number] => [place.x, place.low]),
  ]
}
