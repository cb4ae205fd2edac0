/** A list that is fetched as a whole: loading, there, or failed; a failed renewal keeps what was there. */
import type { Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

/** State of something fetched. */
export interface Loadable<Value> {
  /** Null until the first answer. */
  readonly value: ShallowRef<Value | null>
  readonly failure: ShallowRef<Failure | null>
  readonly isLoading: Ref<boolean>
  /** Nothing to show yet and no failure either. */
  readonly isFirstLoad: ComputedRef<boolean>
  /** Asks; answers to earlier questions that arrive late are dropped. */
  readonly load: () => Promise<void>
}

/**
 * Makes one.
 *
 * @param ask fetches the value
 */
export function loadable<Value>(ask: () => Promise<Result<Value>>): Loadable<Value> {
  const value: ShallowRef<Value | null> = shallowRef(null)
  const failure = shallowRef<Failure | null>(null)
  const isLoading = ref(false)
  let latest = 0

  async function load(): Promise<void> {
    latest += 1
    const question = latest
    isLoading.value = true
    const answer = await ask()
    if (question !== latest) return
    isLoading.value = false
    failure.value = answer.ok ? null : answer.failure
    if (answer.ok) value.value = answer.value
  }

  return {
    value,
    failure,
    isLoading,
    isFirstLoad: computed(() => value.value === null && failure.value === null),
    load,
  }
}
