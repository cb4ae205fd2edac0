/** What the schemas of training and limits say about single fields: help text, default, what is wrong with a value. */
import { limitsConfig, trainingConfig } from '@shared/config/training-config.ts'
import { numberText } from '@shared/config/setting-text.ts'
import type { z } from 'zod'
import { typedNumberProblem } from './typed-number.ts'

const optimizerFields = trainingConfig.shape.optimizer.unwrap().shape

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
  'training.optimizer.beta2': optimizerFields.beta2,
  'training.optimizer.epsilon': optimizerFields.epsilon,
  'training.batching': trainingConfig.shape.batching,
  'training.seed': trainingConfig.shape.seed,
  'limits.trainExamples': limitsConfig.shape.trainExamples,
  'limits.validationExamples': limitsConfig.shape.validationExamples,
  'limits.perClass': limitsConfig.shape.perClass,
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
  return typeof value === 'number' ? numberText(value) : (value ?? '')
}

/**
 * What is wrong with a number that was typed; empty when it fits.
 *
 * @param key the field
 * @param text as typed
 * @param isOptional an empty text means "no limit"
 */
export function numberProblem(key: FieldKey, text: string, isOptional = false): string {
  return typedNumberProblem(fields[key], text, isOptional)
}
