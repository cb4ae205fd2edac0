/** Short notices at the edge of the window: what was done, or what went wrong and what to do. */
import type { Failure } from '@shared/failures/failure.ts'
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** One notice. */
export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'info' | 'bad'
  readonly title: string
  /** What to do, or more about it; may be empty. */
  readonly text: string
}

const lifetimeMs = 7000

/** The notices on screen. Failures stay until somebody closes them. */
export const useNoticeStore = defineStore('notices', () => {
  const notices = ref<readonly Notice[]>([])
  let lastId = 0

  function show(tone: Notice['tone'], title: string, text = ''): void {
    lastId += 1
    const id = lastId
    notices.value = [...notices.value, { id, tone, title, text }].slice(-5)
    if (tone !== 'bad') setTimeout(() => dismiss(id), lifetimeMs)
  }

  function showFailure(failure: Failure): void {
    show('bad', failure.message, failure.hint)
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  return { notices, show, showFailure, dismiss }
})
