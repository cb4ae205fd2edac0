/** Short notices at the edge of the window: what was done, or what went wrong and what to do. */
import { troubleText } from '@renderer/format/trouble.ts'
import type { Trouble } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** What a notice offers to do. */
export type NoticeAction = 'show-log' | 'restart'

/** One notice. */
export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'info' | 'bad'
  readonly title: string
  /** What to do, or more about it; may be empty. */
  readonly text: string
  readonly actions: readonly NoticeAction[]
}

const lifetimeMs = 7000

/** The notices on screen. Failures stay until somebody closes them. */
export const useNoticeStore = defineStore('notices', () => {
  const notices = ref<readonly Notice[]>([])
  let lastId = 0

  function show(tone: Notice['tone'], title: string, text = '', actions: readonly NoticeAction[] = []): void {
    lastId += 1
    const id = lastId
    notices.value = [...notices.value, { id, tone, title, text, actions }].slice(-5)
    if (tone !== 'bad') setTimeout(() => dismiss(id), lifetimeMs)
  }

  function showFailure(failure: Failure): void {
    show('bad', failure.message, failure.hint)
  }

  /** One notice however often something happens: the latest takes the place of the one before. */
  function showTrouble(trouble: Trouble): void {
    const { title, text } = troubleText(trouble)
    notices.value = notices.value.filter(({ actions }) => actions.length === 0)
    show('bad', title, text, ['show-log', 'restart'])
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  return { notices, show, showFailure, showTrouble, dismiss }
})
