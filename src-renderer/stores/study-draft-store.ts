/** The form of a new study, kept while one looks elsewhere and when the window is loaded anew, with its check and the plan of what it would launch. */
import type { StudyConfigInput, StudyPlan } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch, type ShallowRef } from 'vue'
import { useCheckpointStore } from './checkpoint-store.ts'
import { useDatasetStore } from './dataset-store.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import { methodEdits } from './method-edits.ts'
import { checkDraft, newDraft, scriptSettings, type StudyDraft } from './study-draft.ts'
import { useStudyStore } from './study-store.ts'

const planDelayMs = 300

/** The form. */
export const useStudyDraftStore = defineStore('study draft', () => {
  const datasets = useDatasetStore()
  const checkpoints = useCheckpointStore()
  const studies = useStudyStore()
  const draft = ref<StudyDraft>(keptDraft(window.sessionStorage) ?? newDraft())
  const plans = latestPlan((study) => studies.plan(study))
  let planTimer: ReturnType<typeof setTimeout> | null = null

  const dataset = computed(
    () => datasets.datasets?.find((candidate) => candidate.datasetId === draft.value.datasetId) ?? null,
  )
  const checkpoint = computed(
    () =>
      checkpoints.checkpoints?.find((candidate) => candidate.checkpointId === draft.value.checkpointId) ??
      null,
  )
  const edits = methodEdits(draft, dataset)
  const checked = computed(() =>
    checkDraft(draft.value, { dataset: dataset.value, checkpoint: checkpoint.value }),
  )
  const studyJson = computed(() =>
    checked.value.study === null ? '' : JSON.stringify(checked.value.study, null, 2),
  )

  function chooseDataset(datasetId: string): void {
    draft.value.datasetId = datasetId
    applyScripts()
  }

  /** Fills in what the authors' scripts have for the chosen task. */
  function applyScripts(): void {
    if (dataset.value === null) return
    Object.assign(draft.value.training, scriptSettings(dataset.value))
    edits.fitMethods()
  }

  function reset(): void {
    draft.value = newDraft()
  }

  watch(draft, (changed) => keepDraft(window.sessionStorage, changed), { deep: true })
  /** Asks again shortly after the last change. */
  watch(studyJson, () => {
    if (planTimer !== null) clearTimeout(planTimer)
    planTimer = setTimeout(() => void loadPlan(), planDelayMs)
  })
  const loadPlan = (): Promise<void> => plans.load(checked.value.study)

  async function launch(): Promise<string | null> {
    const { study } = checked.value
    return study === null ? null : await studies.launch(study)
  }

  return {
    draft,
    dataset,
    checkpoint,
    checked,
    studyJson,
    plan: plans.plan,
    planFailure: plans.failure,
    chooseDataset,
    applyScripts,
    ...edits,
    reset,
    loadPlan,
    launch,
  }
})

/** The plan of the study asked for last; answers to earlier questions are dropped. */
function latestPlan(ask: (study: StudyConfigInput) => Promise<Result<StudyPlan>>): {
  readonly plan: ShallowRef<StudyPlan | null>
  readonly failure: ShallowRef<Failure | null>
  readonly load: (study: StudyConfigInput | null) => Promise<void>
} {
  const plan = shallowRef<StudyPlan | null>(null)
  const failure = shallowRef<Failure | null>(null)
  let latest = 0

  async function load(study: StudyConfigInput | null): Promise<void> {
    latest += 1
    const question = latest
    const answer = study === null ? null : await ask(study)
    if (question !== latest) return
    plan.value = answer?.ok === true ? answer.value : null
    failure.value = answer?.ok === false ? answer.failure : null
  }

  return { plan, failure, load }
}
