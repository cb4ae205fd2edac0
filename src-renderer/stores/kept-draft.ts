/** The form of a new study, kept for when the window is loaded anew. */
import type { MethodKind } from '@shared/config/method-config.ts'
import { isMethodKind } from '@shared/config/method-fields.ts'
import { recipeIds } from '@shared/config/run-description.ts'
import { trainingConfig } from '@shared/config/training-config.ts'
import { z } from 'zod'
import { newSettings, type DraftValue, type MethodDraft, type SettingsDraft } from './method-draft.ts'
import { offeredPresets } from './method-draft-preset.ts'
import { newDraft, type StudyDraft } from './study-draft.ts'

const storageKey = 'study draft'

const settings = z.object({
  preset: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.number())])),
})
const kept = z.object({
  name: z.string(),
  datasetId: z.string(),
  checkpointId: z.string(),
  methods: z.array(
    z.object({ id: z.number().int(), kind: z.string(), settings: z.record(z.string(), settings) }),
  ),
  seeds: z.string(),
  training: z.record(z.string(), z.string()),
  learningRateSchedule: trainingConfig.shape.learningRateSchedule,
  batching: trainingConfig.shape.batching,
  recipe: z.enum(recipeIds).default('ad-drop'),
  limits: z.record(z.string(), z.string()),
})

/**
 * Keeps the form; without room it is lost when the window is loaded anew.
 *
 * @param storage of the window
 * @param draft the form
 */
export function keepDraft(storage: Pick<Storage, 'setItem'>, draft: StudyDraft): void {
  try {
    storage.setItem(storageKey, JSON.stringify(draft))
  } catch {
    // A full or forbidden storage costs only this.
  }
}

/**
 * The form as it was; null when none was kept or it cannot be read. Settings that a method no longer has are left out,
 * those it has got since have their defaults.
 *
 * @param storage of the window
 */
export function keptDraft(storage: Pick<Storage, 'getItem'>): StudyDraft | null {
  const parsed = kept.safeParse(parsedText(storage))
  if (!parsed.success) return null
  const { training, limits, methods, ...rest } = parsed.data
  const fresh = newDraft()
  return {
    ...rest,
    training: { ...fresh.training, ...training },
    limits: { ...fresh.limits, ...limits },
    methods: methods.flatMap(keptMethod),
  }
}

function parsedText(storage: Pick<Storage, 'getItem'>): unknown {
  try {
    return JSON.parse(storage.getItem(storageKey) ?? 'null')
  } catch {
    return null
  }
}

function keptMethod(method: z.infer<typeof kept>['methods'][number]): MethodDraft[] {
  if (!isMethodKind(method.kind)) return []
  const known = Object.entries(method.settings).flatMap(([kind, draft]) =>
    isMethodKind(kind) ? [[kind, keptSettings(kind, draft)] as const] : [],
  )
  const ofKinds: MethodDraft['settings'] = Object.fromEntries(known)
  return [
    { id: method.id, kind: method.kind, settings: { [method.kind]: newSettings(method.kind), ...ofKinds } },
  ]
}

function keptSettings(kind: MethodKind, draft: z.infer<typeof settings>): SettingsDraft {
  const fresh = newSettings(kind)
  const isLike = (key: string, value: DraftValue): boolean =>
    key === 'layers' ? value === 'all' || Array.isArray(value) : typeof value === typeof fresh.values[key]
  const values = Object.entries(draft.values).filter(([key, value]) => isLike(key, value))
  const isOffered = offeredPresets(kind).some(({ id }) => id === draft.preset)
  return {
    preset: isOffered ? draft.preset : fresh.preset,
    values: { ...fresh.values, ...Object.fromEntries(values) },
  }
}
