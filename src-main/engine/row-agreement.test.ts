import { describe, expect, it } from 'vitest'
import { RowAgreement } from './row-agreement.ts'

describe('the agreement of rows', () => {
  it('is the mean rank correlation, and the shares of equal regions and positions', () => {
    const agreement = new RowAgreement()
    agreement.add(
      [
        [1, 2, 3],
        [10, 20, 40],
      ],
      [
        [1, 1, 0],
        [1, 1, 0],
      ],
    )
    agreement.add(
      [
        [1, 2, 3, 4, 5],
        [5, 4, 3, 2, 1],
      ],
      [
        [1, 1, 1, 0, 0],
        [0, 0, 1, 1, 1],
      ],
    )

    expect(agreement.summary()).toEqual({
      rows: 2,
      meanSpearman: expect.closeTo(0, 12) as number,
      equalRegions: 0.5,
      equalPositions: 0.5,
      rowsWithoutOrder: 0,
    })
  })

  it('leaves a row without order out of the mean, and says so', () => {
    const agreement = new RowAgreement()
    agreement.add(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 0],
        [1, 0],
      ],
    )
    agreement.add(
      [
        [1, 2],
        [3, 3],
      ],
      [
        [1, 0],
        [0, 0],
      ],
    )

    expect(agreement.summary()).toMatchObject({
      rows: 2,
      meanSpearman: expect.closeTo(1, 12) as number,
      rowsWithoutOrder: 1,
      equalRegions: 0.5,
    })
  })
})
