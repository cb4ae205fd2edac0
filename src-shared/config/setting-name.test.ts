import { describe, expect, it } from 'vitest'
import { settingName, settingValueText } from './setting-name.ts'

describe('a setting in words', () => {
  it.each([
    ['training.learningRate', 'learning rate'],
    ['training.optimizer.beta2', 'optimizer beta2'],
    ['limits.perClass', 'per class'],
    ['checkpoint', 'checkpoint'],
    ['training.somethingNew', 'something new'],
  ])('has a name: %s is “%s”', (key, name) => {
    expect(settingName(key)).toBe(name)
  })

  it.each([
    ['training.learningRate', 0.00001, '1e-5'],
    ['training.batchSize', 16, '16'],
    ['training.maxGradientNorm', null, 'none'],
    ['limits.trainExamples', null, 'all'],
    ['training.batching', 'by-length', 'by-length'],
    ['checkpoint', '/models/bert-base/', 'bert-base'],
    ['checkpoint', 'C:\\models\\bert-base', 'bert-base'],
    ['method.crossTuning', true, 'on'],
  ])('has a value: %s %j is “%s”', (key, value, text) => {
    expect(settingValueText(key, value)).toBe(text)
  })
})
