/** Files dragged over the window: whether they hover, and what was dropped. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** State of a drag. */
export interface FileDrop {
  readonly isOver: Ref<boolean>
  /** Items hovering; 0 where the system does not say. */
  readonly itemCount: Ref<number>
}

/**
 * Makes the whole window a target for files. Drags without files (a row moved inside the app) are left alone.
 *
 * @param onFiles takes what was dropped
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): FileDrop {
  const isOver = ref(false)
  const itemCount = ref(0)
  let depth = 0

  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  const end = (): void => {
    depth = 0
    isOver.value = false
  }
  const onEnter = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth += 1
    isOver.value = true
    itemCount.value = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file').length
  }
  const onOver = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
  }
  const onLeave = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    depth -= 1
    if (depth <= 0) end()
  }
  const onDrop = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    end()
    onFiles([...(event.dataTransfer?.files ?? [])])
  }
  const listeners = { dragenter: onEnter, dragover: onOver, dragleave: onLeave, drop: onDrop } as const
  onMounted(() => {
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name as 'drop', listener)
  })
  onBeforeUnmount(() => {
    for (const [name, listener] of Object.entries(listeners))
      window.removeEventListener(name as 'drop', listener)
  })
  return { isOver, itemCount }
}
