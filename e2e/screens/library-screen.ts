/** The views Data and Checkpoints: what is registered, and what was kept back. */
import { expect, type Locator, type Page } from '@playwright/test'
import { Shell } from './shell.ts'

/** Both libraries; a drop leads to the one it belongs to. */
export class LibraryScreen {
  readonly datasets: Locator
  readonly checkpoints: Locator
  readonly datasetDetail: Locator
  /** How the files of the data set shown were read. */
  readonly readingNotes: Locator
  readonly datasetFailure: Locator
  readonly #page: Page
  readonly #shell: Shell

  constructor(page: Page) {
    this.#page = page
    this.#shell = new Shell(page)
    this.datasets = page.getByTestId('dataset-row')
    this.checkpoints = page.getByTestId('checkpoint-row')
    this.datasetDetail = page.getByTestId('dataset-detail')
    this.readingNotes = page.getByTestId('reading-notes')
    this.datasetFailure = page.getByTestId('dataset-failure')
  }

  async expectDatasets(count: number): Promise<void> {
    await this.#shell.open('data')
    await expect(this.datasets).toHaveCount(count)
  }

  async expectCheckpoints(count: number): Promise<void> {
    await this.#shell.open('checkpoints')
    await expect(this.checkpoints).toHaveCount(count)
  }

  /** The one failure of a data set that was kept back; then dismissed. */
  async readDatasetFailure(): Promise<string> {
    return this.#readAndDismiss(this.datasetFailure)
  }

  /** The one failure of a checkpoint that was kept back; then dismissed. */
  async readCheckpointFailure(): Promise<string> {
    return this.#readAndDismiss(this.#page.getByTestId('checkpoint-failure'))
  }

  /** Sends the form that a refusal filled in with its advice. */
  async readAsAdvised(): Promise<void> {
    await this.datasetFailure.getByTestId('read-again').click()
    await expect(this.datasetFailure).toHaveCount(0)
  }

  /** The rows that could not be read, as the panel lists them. */
  async problemRows(): Promise<readonly string[]> {
    await expect(this.#page.getByTestId('dataset-problems')).toBeVisible()
    return this.#page.getByTestId('problem-row').allInnerTexts()
  }

  async leaveProblemRowsOut(): Promise<void> {
    await this.#page.getByTestId('skip-problem-rows').click()
    await expect(this.#page.getByTestId('dataset-problems')).toHaveCount(0)
  }

  async #readAndDismiss(failure: Locator): Promise<string> {
    await expect(failure).toHaveCount(1)
    const text = await failure.innerText()
    await failure.getByRole('button', { name: 'Dismiss' }).click()
    await expect(failure).toHaveCount(0)
    return text
  }
}
