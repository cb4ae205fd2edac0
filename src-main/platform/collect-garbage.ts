/** Memory that JavaScript has let go of, given back at a moment of our choice. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Collects garbage now. Typed arrays lie outside the heap, whose collector sees little of them: hundreds of megabytes of
 * weights that were copied into a graph would stay for minutes. Takes some milliseconds.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
