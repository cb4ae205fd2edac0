/** The view Compare: the table of groups and the curves. */
import { expect, type Locator, type Page } from '@playwright/test'

/** Cells of a group's row as a person reads them. */
export interface CompareRowTexts {
  readonly mean: string
  readonly std: string
  readonly n: string
  readonly difference: string
  readonly stepFineTuning: string
  readonly stepRegularized: string
  readonly stepOverhead: string
  readonly epochOverhead: string
}

/** The comparison of a study. */
export class CompareScreen {
  readonly rows: Locator
  readonly charts: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.rows = page.getByTestId('compare-row')
    this.charts = page.getByRole('region', { name: 'Curves' }).getByRole('img')
  }

  row(label: RegExp): Locator {
    return this.rows.filter({ has: this.#page.locator('[data-cell="label"]', { hasText: label }) })
  }

  async readRow(label: RegExp): Promise<CompareRowTexts> {
    const row = this.row(label)
    await expect(row).toHaveCount(1)
    const cell = async (name: string): Promise<string> =>
      (await row.locator(`[data-cell="${name}"]`).innerText()).trim()
    return {
      mean: await cell('mean'),
      std: await cell('std'),
      n: await cell('n'),
      difference: await cell('difference'),
      stepFineTuning: await cell('step-fine-tuning'),
      stepRegularized: await cell('step-regularized'),
      stepOverhead: await cell('step-overhead'),
      epochOverhead: await cell('epoch-overhead'),
    }
  }

  /**
   * Waits until every chart has drawn a line in the colour of each of the first groups. Scores of so small a validation
   * split often coincide, and then one line covers the others: the last chart needs one colour only.
   */
  async expectDrawnCurves(charts: number, groups: number): Promise<void> {
    await expect(this.charts).toHaveCount(charts)
    for (const [place, chart] of (await this.charts.all()).entries()) {
      await chart.scrollIntoViewIfNeeded()
      const drawnGroups = async (): Promise<number> => {
        const pixels = await chart.locator('canvas').first().evaluate(pixelsOfGroups, groups)
        return pixels.filter((count) => count > 40).length
      }
      const atLeast = place < charts - 1 ? groups : 1
      await expect
        .poll(drawnGroups, { message: 'groups drawn in their colour' })
        .toBeGreaterThanOrEqual(atLeast)
    }
  }

  /** Cells of the chart with this title, seen as a table: one row of texts per epoch. */
  async curveAsTable(title: string): Promise<readonly (readonly string[])[]> {
    const frame = this.#page.locator('section', {
      has: this.#page.getByRole('heading', { name: title, exact: true }),
    })
    const panel = frame.last()
    await panel.getByRole('button', { name: 'View as table' }).click()
    const rows = await panel.locator('tbody tr').all()
    const texts = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()))
    await panel.getByRole('button', { name: 'View as chart' }).click()
    return texts.map((cells) => cells.map((text) => text.trim()))
  }
}

/** Pixels in each of the first groups' colours in a canvas; runs in the page. */
function pixelsOfGroups(canvas: Element, groups: number): number[] {
  const { width, height } = canvas as HTMLCanvasElement
  const pixels = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data
  const tokens = getComputedStyle(document.documentElement)
  return Array.from({ length: groups }, (_, place) => {
    const colour = Number.parseInt(
      tokens
        .getPropertyValue(`--group-${place + 1}`)
        .trim()
        .slice(1),
      16,
    )
    const wanted = [colour >> 16, (colour >> 8) & 255, colour & 255]
    let count = 0
    for (let at = 0; at < pixels.length; at += 4)
      if (wanted.every((channel, index) => Math.abs(pixels[at + index]! - channel) <= 8)) count += 1
    return count
  })
}
