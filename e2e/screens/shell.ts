/** What surrounds every view: the side bar, the notices, the drop target. */
import { expect, type Locator, type Page } from '@playwright/test'

/** Names of the views, as the side bar's links carry them. */
export const viewNames = [
  'home',
  'data',
  'checkpoints',
  'new-study',
  'runs',
  'compare',
  'settings',
  'help',
] as const
/** Name of a view. */
export type ViewName = (typeof viewNames)[number]

/** The frame of the window. */
export class Shell {
  readonly notices: Locator
  readonly dropOverlay: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.notices = page.getByTestId('notices')
    this.dropOverlay = page.getByTestId('drop-overlay')
  }

  async open(view: ViewName): Promise<void> {
    await this.#page.getByTestId(`nav-${view}`).click()
    await this.expectView(view)
  }

  async expectView(view: ViewName): Promise<void> {
    await expect(this.#page.locator('main[data-view]')).toHaveAttribute('data-view', view)
    await expect(this.#page.getByRole('main')).not.toBeEmpty()
  }

  /** The bad notices, dismissed after they were read. */
  async readAndDismissAlerts(): Promise<readonly string[]> {
    await expect(this.notices.getByRole('alert').first()).toBeVisible()
    const texts = await this.notices.getByRole('alert').allInnerTexts()
    await this.dismissNotices()
    return texts
  }

  async dismissNotices(): Promise<void> {
    const dismiss = this.notices.getByRole('button', { name: 'Dismiss notice' })
    while ((await dismiss.count()) > 0) await dismiss.first().click()
  }
}
