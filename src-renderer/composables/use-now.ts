/** The present moment, for texts such as "12 min ago". */
import { onBeforeUnmount, ref, type Ref } from 'vue'

/**
 * Milliseconds since 1970, renewed regularly while the component lives.
 *
 * @param intervalMs how often
 */
export function useNow(intervalMs = 20_000): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, intervalMs)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
