import { expect, it } from 'vitest'
import { collectGarbage } from './collect-garbage.ts'

/** Bytes of arrays outside the heap while a large one is there. */
function withLargeArray(): number {
  const array = new Float32Array(25_000_000).fill(1)
  return process.memoryUsage().arrayBuffers + 0 * array[7]!
}

it('gives back the memory of arrays that nobody holds', async () => {
  const held = withLargeArray()

  collectGarbage()

  // The buffers themselves are swept by another thread.
  await expect.poll(() => process.memoryUsage().arrayBuffers).toBeLessThan(held - 90e6)
})
