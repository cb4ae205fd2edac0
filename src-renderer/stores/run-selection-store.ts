/** The runs a person ticked, to compare them. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Ticked runs. */
export const useRunSelectionStore = defineStore('run selection', () => {
  const selectedIds = shallowRef<ReadonlySet<string>>(new Set())

  function select(runIds: readonly string[], isSelected: boolean): void {
    const next = new Set(selectedIds.value)
    for (const runId of runIds) {
      if (isSelected) next.add(runId)
      else next.delete(runId)
    }
    selectedIds.value = next
  }

  function clear(): void {
    selectedIds.value = new Set()
  }

  return { selectedIds, select, clear }
})
