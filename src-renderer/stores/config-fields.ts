/** What the config schemas say about single fields: help text, default, and what is wrong with a value. */
import { methodConfig } from '@shared/config/method-config.ts'
import { limitsConfig, trainingConfig } from '@shared/config/run-config.ts'
import type { z } from 'zod'

const adDrop = methodConfig.options[1].shape

/** Schemas of the fields that a form shows, by dotted key. */
const fields = {
  'training.learningRate': trainingConfig.shape.learningRate,
  'training.learningRateSchedule': trainingConfig.shape.learningRateSchedule,
  'training.warmupRatio': trainingConfig.shape.warmupRatio,
  'training.batchSize': trainingConfig.shape.batchSize,
  'training.maxEpochs': trainingConfig.shape.maxEpochs,
  'training.patience': trainingConfig.shape.patience,
  'training.maxLength': trainingConfig.shape.maxLength,
  'training.weightDecay': trainingConfig.shape.weightDecay,
  'training.maxGradientNorm': trainingConfig.shape.maxGradientNorm,
  'training.seed': trainingConfig.shape.seed,
  'limits.trainExamples': limitsConfig.shape.trainExamples,
  'limits.validationExamples': limitsConfig.shape.validationExamples,
  'method.attribution': adDrop.attribution,
  'method.integrationRule': adDrop.integrationRule,
  'method.integrationPoints': adDrop.integrationPoints,
  'method.candidateRegionRatio': adDrop.candidateRegionRatio,
  'method.discardRate': adDrop.discardRate,
  'method.layers': adDrop.layers,
  'method.target': adDrop.target,
  'method.discards': adDrop.discards,
  'method.crossTuning': adDrop.crossTuning,
} as const satisfies Record<string, z.ZodType>

/** Dotted key of a field in the form. */
export type FieldKey = keyof typeof fields

/**
 * The schema's own description.
 *
 * @param key the field
 */
export function fieldHelp(key: FieldKey): string {
  let schema: z.ZodType | undefined = fields[key]
  while (schema !== undefined) {
    if (schema.description !== undefined) return schema.description
    schema = (schema.def as { innerType?: z.ZodType }).innerType
  }
  return ''
}

/**
 * The schema's default as it is typed into a field.
 *
 * @param key the field
 */
export function fieldDefault(key: FieldKey): string {
  const value = fields[key].parse(undefined)
  if (value === null) return ''
  return typeof value === 'number' && value !== 0 && value < 1e-3 ? value.toExponential() : String(value)
}

/**
 * What is wrong with a number that was typed; empty when it fits.
 *
 * @param key the field
 * @param text as typed
 * @param isOptional an empty text means "no limit"
 */
export function numberProblem(key: FieldKey, text: string, isOptional = false): string {
  if (text.trim() === '') return isOptional ? '' : 'A number is needed.'
  const value = Number(text)
  if (!Number.isFinite(value)) return `“${text}” is no number.`
  const issue = fields[key].safeParse(value).error?.issues[0]
  return issue === undefined ? '' : issueText(issue)
}

function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.message.startsWith('must')) return `It ${issue.message}.`
      return issue.inclusive === false
        ? `It must be greater than ${issue.minimum}.`
        : `It must be at least ${issue.minimum}.`
    case 'too_big':
      if (issue.message.startsWith('must')) return `It ${issue.message}.`
      return issue.inclusive === false
        ? `It must be less than ${issue.maximum}.`
        : `It must be at most ${issue.maximum}.`
    case 'invalid_type':
      return 'It must be a whole number.'
    default:
      return `${issue.message}.`
  }
}
