/** The form of a new study, kept while one looks elsewhere and when the window is loaded anew, with its check and the plan of what it would launch. */
import type { MethodKind } from '@shared/config/method-config.ts'
import type { StudyConfigInput, StudyPlan } from '@shared/contracts/lab-contract.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch, type ShallowRef } from 'vue'
import { useCheckpointStore } from './checkpoint-store.ts'
import { useDatasetStore } from './dataset-store.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import { chooseKind, newMethod, type MethodDraft } from './method-draft.ts'
import { checkDraft, newDraft, paperSettings, type StudyDraft } from './study-draft.ts'
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
  const checked = computed(() =>
    checkDraft(draft.value, { dataset: dataset.value, checkpoint: checkpoint.value }),
  )
  const studyJson = computed(() =>
    checked.value.study === null ? '' : JSON.stringify(checked.value.study, null, 2),
  )

  function chooseDataset(datasetId: string): void {
    draft.value.datasetId = datasetId
    if (dataset.value !== null) applyPaper()
  }

  /** Fills in what the paper says about the chosen task. */
  function applyPaper(): void {
    if (dataset.value === null) return
    const paper = paperSettings(dataset.value)
    draft.value.training.maxLength = paper.maxLength
    for (const method of draft.value.methods) applyPaperLayers(method, paper.layers)
  }

  function addMethod(kind: MethodKind): void {
    const lastId = Math.max(0, ...draft.value.methods.map(({ id }) => id))
    draft.value.methods.push(withPaperLayers(newMethod(lastId + 1, kind)))
  }

  /** Makes one of the methods another, which begins as a new one would unless it was that before. */
  function changeKind(id: number, kind: MethodKind): void {
    const method = draft.value.methods.find((candidate) => candidate.id === id)
    if (method === undefined) return
    const isNew = method.settings[kind] === undefined
    chooseKind(method, kind)
    if (isNew) withPaperLayers(method)
  }

  function withPaperLayers(method: MethodDraft): MethodDraft {
    if (dataset.value !== null) applyPaperLayers(method, paperSettings(dataset.value).layers)
    return method
  }

  function removeMethod(id: number): void {
    draft.value.methods = draft.value.methods.filter((method) => method.id !== id)
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
    applyPaper,
    addMethod,
    changeKind,
    removeMethod,
    reset,
    loadPlan,
    launch,
  }
})

/** The paper names layers for its own method alone. */
function applyPaperLayers(method: MethodDraft, layers: 'all' | readonly number[]): void {
  const settings = method.settings['ad-drop']
  if (settings !== undefined) settings.values['layers'] = layers === 'all' ? 'all' : [...layers]
}

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
