/** The view New study: the form, and beside it what it would launch. */
import { expect, type Locator, type Page } from '@playwright/test'
import { Shell } from './shell.ts'

/** Settings that a journey chooses; everything else stays as the form has it. */
export interface StudySettings {
  readonly name: string
  /** List of seeds as a person types it, such as `1-2`. */
  readonly seeds: string
  readonly batchSize: number
  readonly maxEpochs: number
  readonly maxLength: number
  readonly learningRate: number
}

/** The form of a new study. */
export class NewStudyScreen {
  readonly methods: Locator
  readonly plan: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.methods = page.getByTestId('method-form')
    this.plan = page.getByTestId('study-plan')
  }

  async open(): Promise<void> {
    await new Shell(this.#page).open('new-study')
  }

  async fill(settings: StudySettings): Promise<void> {
    await this.#page.getByTestId('study-name').fill(settings.name)
    await this.#page.getByTestId('study-seeds').fill(settings.seeds)
    for (const name of ['batchSize', 'maxEpochs', 'maxLength', 'learningRate'] as const)
      await this.#page.getByTestId(`training-${name}`).fill(String(settings[name]))
  }

  /** Every method that a study may have, as the form offers them. */
  async offeredMethods(): Promise<readonly string[]> {
    return await this.methods
      .first()
      .getByTestId('method-kind')
      .locator('option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
  }

  /** Opens the sheet of methods at one's card. */
  async openCard(kind: string): Promise<void> {
    await this.#page.getByTestId('add-method').click()
    const sheet = this.#page.getByTestId('method-sheet')
    await sheet.getByRole('navigation').locator(`[data-method="${kind}"]`).click()
    await expect(sheet.getByTestId('method-card')).toHaveAttribute('data-method', kind)
  }

  async addShownMethod(): Promise<void> {
    await this.#page.getByTestId('use-method').click()
    await expect(this.#page.getByTestId('method-sheet')).toHaveCount(0)
  }

  /** One recipe for all methods, or each method's own. */
  async chooseRecipe(recipe: 'ad-drop' | 'own'): Promise<void> {
    await this.#page.getByTestId('training-recipe').selectOption(recipe)
  }

  async startOver(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Start over' }).click()
  }

  /** Which data set and checkpoint the form has chosen. */
  async chosen(): Promise<{ readonly datasetId: string; readonly checkpointId: string }> {
    return {
      datasetId: await this.#page.getByTestId('study-dataset').inputValue(),
      checkpointId: await this.#page.getByTestId('study-checkpoint').inputValue(),
    }
  }

  async expectRuns(runs: number): Promise<void> {
    await expect(this.plan.locator('[data-cell="runs"]')).toHaveText(String(runs))
  }

  async expectPlan(runs: number, steps: number): Promise<void> {
    await this.expectRuns(runs)
    await expect(this.plan.locator('[data-cell="steps"]')).toHaveText(steps.toLocaleString('en-US'))
  }

  async launch(): Promise<void> {
    await this.#page.getByTestId('launch-study').click()
    await new Shell(this.#page).expectView('runs')
  }
}
