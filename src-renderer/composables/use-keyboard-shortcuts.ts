/** Single-key shortcuts that stay out of the way while somebody types. */
import { onBeforeUnmount, onMounted } from 'vue'

/** Key as `KeyboardEvent.key` names it → what it does. */
export type Shortcuts = Readonly<Record<string, () => void>>

/**
 * Whether a key press belongs to a control that takes text or to a dialog, not to a shortcut.
 *
 * @param event the key press
 */
export function isForControl(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('dialog[open]') !== null) return true
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  )
}

/**
 * Installs shortcuts for as long as the component lives.
 *
 * @param shortcuts key → action; letters without regard to case
 */
export function useKeyboardShortcuts(shortcuts: Shortcuts): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isForControl(event)) return
    const action = shortcuts[event.key] ?? shortcuts[event.key.toLowerCase()]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  onMounted(() => window.addEventListener('keydown', onKeyDown))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKeyDown))
}
