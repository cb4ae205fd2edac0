/** The view Runs: the live table. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { RunStatus } from '@shared/results/run-status.ts'
import { Shell } from './shell.ts'

/** The table of runs. */
export class RunsScreen {
  readonly rows: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.rows = page.getByTestId('run-row')
  }

  async open(): Promise<void> {
    await new Shell(this.#page).open('runs')
  }

  row(runId: string): Locator {
    return this.#page.locator(`[data-testid="run-row"][data-run-id="${runId}"]`)
  }

  async expectStatus(runId: string, status: RunStatus, timeout = 30_000): Promise<void> {
    await expect(this.row(runId)).toHaveAttribute('data-status', status, { timeout })
  }

  async resume(runId: string): Promise<void> {
    await this.row(runId).getByTestId('run-resume').click()
  }

  async pause(runId: string): Promise<void> {
    await this.row(runId).getByTestId('run-pause').click()
  }

  /** Share of the run that is done, in percent, as the row’s progress bar says. */
  async percentDoneOf(runId: string): Promise<number> {
    return Number(await this.row(runId).getByRole('progressbar').getAttribute('aria-valuenow'))
  }

  /** Training loss of the last step, as the row shows it. */
  async lastLossOf(runId: string): Promise<string> {
    return this.row(runId).locator('[data-cell="last-loss"]').innerText()
  }

  /** Opens one run in full beside the table. */
  async openDetail(index: number): Promise<void> {
    await this.rows.nth(index).click()
    await expect(this.#page.getByTestId('run-detail')).toBeVisible()
  }

  /** Goes from a study's line to its comparison. */
  async compareStudy(): Promise<void> {
    await this.#page.getByTestId('compare-study').first().click()
    await new Shell(this.#page).expectView('compare')
  }
}
