/** The chart theme as a reactive value: follows the theme attribute of the document. */
import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'
import { plainTheme, readChartTheme, type ChartTheme } from './chart-theme.ts'

/** The theme in force; changes when the appearance does. */
export function useChartTheme(): Readonly<ShallowRef<ChartTheme>> {
  const theme = shallowRef<ChartTheme>(plainTheme)
  const read = (): void => {
    theme.value = readChartTheme(document.documentElement)
  }
  const observer = new MutationObserver(read)
  onMounted(() => {
    read()
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  })
  onBeforeUnmount(() => observer.disconnect())
  return theme
}
