/** Work that is done once however often it is asked for at the same time. */

/**
 * Shares work: who asks while it goes on gets its outcome.
 *
 * @param work what to do; it is begun anew for who asks after its end
 */
export function singleFlight<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let going: Promise<Value> | null = null
  return () => {
    going ??= work().finally(() => {
      going = null
    })
    return going
  }
}
