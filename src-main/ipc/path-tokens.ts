/**
 * Files and folders that a person chose in a dialog or dropped on the window, under names that only this process can make.
 * A page names nothing else: what it was not handed, it cannot have read.
 */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'

/** More than a person chooses; the oldest go first. */
const mostKept = 10_000
/** Longest path of any system, in characters. */
const longestPath = 32_767

/** Tokens of one app; they end with it. */
export class PathTokens {
  readonly #paths = new Map<string, string>()
  readonly #tokens = new Map<string, string>()

  /**
   * The token of a path; the same one for the same path.
   *
   * @param path absolute path that a person chose
   * @returns a name that ends with the file's own, for the page to show
   */
  tokenFor(path: string): string {
    const known = this.#tokens.get(path)
    if (known !== undefined) return known
    const token = `chosen:${randomUUID()}/${basename(path)}`
    this.#paths.set(token, path)
    this.#tokens.set(path, token)
    this.#forgetOldest()
    return token
  }

  /**
   * The path behind a token.
   *
   * @param token what a page sent
   * @failure invalid-argument for anything that was not handed out
   */
  pathOf(token: string): string {
    const path = this.#paths.get(token)
    if (path !== undefined) return path
    throw new LabError(
      'invalid-argument',
      'The window named a file that nobody chose or dropped.',
      'Choose the file again, or drop it on the window.',
    )
  }

  #forgetOldest(): void {
    if (this.#paths.size <= mostKept) return
    const [token, path] = this.#paths.entries().next().value!
    this.#paths.delete(token)
    this.#tokens.delete(path)
  }
}

/**
 * Whether this may be the path of a dropped file, as the preload reads it from the file itself.
 *
 * @param path as it arrived
 */
export function isDroppedPath(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && path.length <= longestPath && !path.includes('\0')
}
