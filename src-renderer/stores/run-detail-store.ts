/** One run in full: summary, log, and the loss of every step, followed live. */
import { useLabClient } from '@renderer/bridge/lab-client.ts'
import type { CallOutput, StepPoint } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** Points asked for: about two for each pixel column of the chart. */
const buckets = 1200
const flushIntervalMs = 200

/** The run in the detail panel. */
export const useRunDetailStore = defineStore('run detail', () => {
  const client = useLabClient()
  const runId = ref<string | null>(null)
  const detail = shallowRef<CallOutput<'run.show'> | null>(null)
  const detailFailure = shallowRef<Failure | null>(null)
  const points = shallowRef<readonly StepPoint[] | null>(null)
  const pointsFailure = shallowRef<Failure | null>(null)
  let fresh: StepPoint[] = []
  let flushTimer: ReturnType<typeof setTimeout> | null = null
  let renewTimer: ReturnType<typeof setTimeout> | null = null

  async function open(wanted: string | null): Promise<void> {
    runId.value = wanted
    detail.value = null
    detailFailure.value = null
    points.value = null
    pointsFailure.value = null
    fresh = []
    if (wanted !== null) await Promise.all([loadDetail(wanted), loadPoints(wanted)])
  }

  async function loadDetail(wanted: string): Promise<void> {
    const answer = await client.call('run.show', { runId: wanted })
    if (runId.value !== wanted) return
    detailFailure.value = answer.ok ? null : answer.failure
    if (answer.ok) detail.value = answer.value
  }

  async function loadPoints(wanted: string): Promise<void> {
    const answer = await client.call('run.steps', { runId: wanted, buckets })
    if (runId.value !== wanted) return
    pointsFailure.value = answer.ok ? null : answer.failure
    if (!answer.ok) return
    points.value = answer.value
    const lastStep = answer.value.at(-1)?.step ?? 0
    fresh = fresh.filter((point) => point.step > lastStep)
    flush()
  }

  /** Asks for everything anew, after events were missed. */
  async function renew(): Promise<void> {
    const wanted = runId.value
    if (wanted !== null) await Promise.all([loadDetail(wanted), loadPoints(wanted)])
  }

  /** Takes a run's events; others than the open run's are ignored. */
  function receive(ofRunId: string, events: readonly RunEvent[]): void {
    if (ofRunId !== runId.value) return
    for (const event of events) {
      if (event.type === 'step') {
        const { step, epoch, phase, loss } = event
        fresh.push({ step, epoch, phase, loss, min: loss, max: loss })
      } else if (event.type !== 'epoch-started') {
        renewSoon(event.type === 'run-started')
      }
    }
    if (fresh.length > 0) flushTimer ??= setTimeout(flush, flushIntervalMs)
  }

  /** Appends live steps. A step seen before means that the run went back to a checkpoint: what follows it is void. */
  function flush(): void {
    flushTimer = null
    const first = fresh[0]
    if (first === undefined || points.value === null) return
    const kept = points.value.filter((point) => point.step < first.step)
    points.value = [...kept, ...fresh]
    fresh = []
    if (points.value.length > 2 * buckets && runId.value !== null) void loadPoints(runId.value)
  }

  function renewSoon(alsoPoints: boolean): void {
    renewTimer ??= setTimeout(() => {
      renewTimer = null
      const wanted = runId.value
      if (wanted === null) return
      void loadDetail(wanted)
      if (alsoPoints) void loadPoints(wanted)
    }, flushIntervalMs)
  }

  return { runId, detail, detailFailure, points, pointsFailure, open, renew, receive }
})
