/** Facts about the app and this machine, and the appearance of the window. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { SystemInfo } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { loadable } from './loadable.ts'
import { useNoticeStore } from './notice-store.ts'

/** Which theme a person chose. */
export type Appearance = SystemInfo['appearance']

/** Version, places, engines; light or dark. */
export const useSystemStore = defineStore('system', () => {
  const client = useLabClient()
  const notices = useNoticeStore()
  const info = loadable(() => client.call('system.info'))
  const doctor = loadable(() => client.call('system.doctor'))
  const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
  const isSystemDark = ref(darkQuery.matches)
  darkQuery.addEventListener('change', (event) => {
    isSystemDark.value = event.matches
  })

  const appearance = computed<Appearance>(() => info.value.value?.appearance ?? 'system')
  const theme = computed<'light' | 'dark'>(() => {
    if (appearance.value !== 'system') return appearance.value
    return isSystemDark.value ? 'dark' : 'light'
  })
  const engine = computed(() => doctor.value.value?.engines.find((candidate) => candidate.chosen) ?? null)

  async function setAppearance(wanted: Appearance): Promise<void> {
    const answer = await client.call('system.setAppearance', { appearance: wanted })
    if (answer.ok) info.value.value = answer.value
    else notices.showFailure(answer.failure)
  }

  async function act(name: 'system.showLog' | 'system.restart'): Promise<void> {
    const answer = await client.call(name)
    if (!answer.ok) notices.showFailure(answer.failure)
  }

  const choiceFailure = shallowRef<Failure | null>(null)
  async function chooseHome(): Promise<void> {
    const answer = await client.call('system.chooseHome')
    choiceFailure.value = answer.ok ? null : answer.failure
  }

  const activities = ref<readonly string[]>([])
  client.onStillWorking((changed) => {
    activities.value = changed
  })

  return {
    activities,
    choiceFailure,
    chooseHome,
    showLog: () => act('system.showLog'),
    restart: () => act('system.restart'),
    info: info.value,
    infoFailure: info.failure,
    loadInfo: info.load,
    doctor: doctor.value,
    doctorFailure: doctor.failure,
    isDoctorLoading: doctor.isLoading,
    loadDoctor: doctor.load,
    appearance,
    theme,
    engine,
    setAppearance,
  }
})
