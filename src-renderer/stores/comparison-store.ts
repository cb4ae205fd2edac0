/** What is compared, against which baseline, and the answer; renewed when a run of it changes. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { RunListItem } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { assignSlots, readSlots, writeSlots } from './group-slots.ts'
import { useNoticeStore } from './notice-store.ts'

const renewIntervalMs = 1500

/** The comparison. */
export const useComparisonStore = defineStore('comparison', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const ids = shallowRef<readonly string[]>([])
  const baseline = ref<string | null>(null)
  const comparison = shallowRef<Comparison | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const isLoading = ref(false)
  const slots = shallowRef<ReadonlyMap<string, number>>(readSlots(window.localStorage))
  let latest = 0
  let renewTimer: ReturnType<typeof setTimeout> | null = null

  const memberIds = computed(
    () =>
      new Set([
        ...(comparison.value?.groups ?? []).flatMap((group) => group.members.map((member) => member.runId)),
        ...(comparison.value?.leftOut ?? []).map((run) => run.runId),
      ]),
  )

  /** Compares these studies and runs with a baseline; null for the usual one. */
  async function choose(wanted: readonly string[], chosenBaseline: string | null = null): Promise<void> {
    const isSame = wanted.length === ids.value.length && wanted.every((id, index) => id === ids.value[index])
    ids.value = [...wanted]
    if (!isSame) {
      comparison.value = null
      failure.value = null
    }
    baseline.value = chosenBaseline
    await load()
  }

  async function load(): Promise<void> {
    latest += 1
    const question = latest
    if (ids.value.length === 0) {
      comparison.value = null
      return
    }
    isLoading.value = true
    const answer = await client.call('compare.groups', { ids: [...ids.value], baseline: baseline.value })
    if (question !== latest) return
    isLoading.value = false
    failure.value = answer.ok ? null : answer.failure
    if (!answer.ok) return
    comparison.value = answer.value
    slots.value = assignSlots(
      slots.value,
      answer.value.groups.map((group) => group.groupId),
    )
    writeSlots(window.localStorage, slots.value)
  }

  /** Takes a run's new state: renews the answer when it can have changed. */
  function receive(item: RunListItem): void {
    const isMember = memberIds.value.has(item.runId) || ids.value.includes(item.runId)
    const isOfStudy = item.studyId !== null && ids.value.includes(item.studyId)
    if (isMember || isOfStudy) renewSoon()
  }

  function renewSoon(): void {
    renewTimer ??= setTimeout(() => {
      renewTimer = null
      void load()
    }, renewIntervalMs)
  }

  async function exportAs(format: 'csv' | 'json' | 'latex'): Promise<void> {
    const answer = await client.call('compare.export', {
      ids: [...ids.value],
      baseline: comparison.value?.baselineGroupId ?? baseline.value,
      format,
    })
    if (!answer.ok) notices.showFailure(answer.failure)
    else if (answer.value.path !== null) notices.show('good', 'Exported the comparison.', answer.value.path)
  }

  return { ids, baseline, comparison, failure, isLoading, slots, choose, load, receive, exportAs }
})
