/** Which rows of a long list are on screen, so that only those are drawn. */
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref, type ShallowRef } from 'vue'

/** The rows to draw and where. */
export interface RowWindow {
  /** Index of the first row drawn. */
  readonly first: number
  /** Index behind the last row drawn. */
  readonly end: number
  /** Distance of the first drawn row from the top, in pixels. */
  readonly offset: number
  /** Height of all rows, in pixels. */
  readonly height: number
}

/**
 * The rows that a view of a list shows, and some to either side so that scrolling never shows a hole.
 *
 * @param rows how many there are
 * @param rowHeight pixels
 * @param scrollTop pixels scrolled
 * @param viewHeight pixels visible
 * @param margin rows drawn beyond each edge
 */
export function rowWindow(
  rows: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  margin = 8,
): RowWindow {
  const visible = Math.ceil(viewHeight / rowHeight) + 1
  const top = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, rows - visible))
  const first = Math.max(0, top - margin)
  return {
    first,
    end: Math.min(rows, top + visible + margin),
    offset: first * rowHeight,
    height: rows * rowHeight,
  }
}

/**
 * Follows a scrolling element.
 *
 * @param element the element that scrolls
 * @param rows how many rows there are
 * @param rowHeight pixels
 */
export function useRowWindow(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  rows: Ref<number>,
  rowHeight: number,
): ComputedRef<RowWindow> {
  const scrollTop = ref(0)
  const viewHeight = ref(600)
  const onScroll = (): void => {
    scrollTop.value = element.value?.scrollTop ?? 0
  }
  const observer = new ResizeObserver(() => {
    viewHeight.value = element.value?.clientHeight || 600
  })
  onMounted(() => {
    if (element.value === null) return
    element.value.addEventListener('scroll', onScroll, { passive: true })
    observer.observe(element.value)
  })
  onBeforeUnmount(() => {
    element.value?.removeEventListener('scroll', onScroll)
    observer.disconnect()
  })
  return computed(() => rowWindow(rows.value, rowHeight, scrollTop.value, viewHeight.value))
}
