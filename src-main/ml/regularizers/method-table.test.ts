import { describe, expect, it } from 'vitest'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { methodConfig, methodDefinitions } from '@shared/config/method-config.ts'
import { isSurveyed } from '@shared/config/training-stages.ts'
import { regularizerFor } from './method-table.ts'

describe('a method’s regularizer', () => {
  it.each([
    ...Object.keys(methodDefinitions).map((kind) => ({ kind })),
    { kind: 'auto-dropout', search: 'random' },
  ])('makes surveys exactly where their time is asked for: %j', (settings) => {
    const method = withAutomaticSettings(methodConfig.parse(settings), {
      examples: 50,
      kind: 'classification',
    })

    expect(regularizerFor(method).survey !== undefined).toBe(isSurveyed(method))
  })
})
