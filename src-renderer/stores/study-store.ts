/** The studies, and launching new ones. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { StudyConfigInput, StudyListItem, StudyPlan } from '@shared/contracts/lab-contract.ts'
import type { Result } from '@shared/failures/result.ts'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { loadable } from './loadable.ts'
import { useNoticeStore } from './notice-store.ts'
import { useQueueStore } from './queue-store.ts'
import { useRunStore } from './run-store.ts'

/** Studies. */
export const useStudyStore = defineStore('studies', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const runs = useRunStore()
  const queue = useQueueStore()
  const list = loadable<readonly StudyListItem[]>(() => client.call('study.list'))
  const isLaunching = ref(false)

  const byId = computed(() => new Map((list.value.value ?? []).map((study) => [study.studyId, study])))

  async function plan(study: StudyConfigInput): Promise<Result<StudyPlan>> {
    return await client.call('study.plan', { study })
  }

  async function launch(study: StudyConfigInput): Promise<string | null> {
    return await launched(client.call('study.launch', { study }))
  }

  async function launchSample(): Promise<string | null> {
    return await launched(client.call('sample.launch'))
  }

  async function launched(asked: Promise<Result<{ readonly studyId: string }>>): Promise<string | null> {
    isLaunching.value = true
    const answer = await asked
    if (answer.ok) await Promise.all([list.load(), runs.load(), queue.load()])
    else notices.showFailure(answer.failure)
    isLaunching.value = false
    return answer.ok ? answer.value.studyId : null
  }

  return {
    studies: list.value,
    failure: list.failure,
    isFirstLoad: list.isFirstLoad,
    load: list.load,
    byId,
    isLaunching,
    plan,
    launch,
    launchSample,
  }
})
