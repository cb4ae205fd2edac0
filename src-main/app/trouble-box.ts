/** Troubles on their way to the window: kept until a page listens, because the first may come before there is one. */
import type { Trouble } from '@shared/contracts/lab-contract.ts'

/** More than a person reads; older ones are in the log. */
const mostKept = 5

/** Troubles in the order in which they came. */
export class TroubleBox {
  #waiting: Trouble[] = []
  #tell: ((trouble: Trouble) => void) | null = null

  /** @param trouble goes to the page at once, or when there is one */
  add(trouble: Trouble): void {
    if (this.#tell === null) this.#waiting = [...this.#waiting, trouble].slice(-mostKept)
    else this.#tell(trouble)
  }

  /** @param tell sends a trouble to the page, which listens from now on */
  open(tell: (trouble: Trouble) => void): void {
    this.#tell = tell
    for (const trouble of this.#waiting.splice(0)) tell(trouble)
  }

  /** The page is gone; what comes now waits for the next. */
  close(): void {
    this.#tell = null
  }
}
