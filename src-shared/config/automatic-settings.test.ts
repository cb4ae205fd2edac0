import { describe, expect, it } from 'vitest'
import { withAutomaticSettings } from './automatic-settings.ts'
import { methodConfig } from './method-config.ts'
import { methodLabel } from './method-label.ts'

const concrete = (settings: object = {}) => methodConfig.parse({ kind: 'concrete-dropout', ...settings })

describe('settings that the data decide', () => {
  it.each([
    ['RTE', 2490, 4.016e-4],
    ['MRPC', 3668, 2.726e-4],
    ['CoLA', 8551, 1.169e-4],
  ])('are Concrete Dropout’s κ = 1/N with cross-entropy, and λ = l²/(2N): %s', (_, examples, expected) => {
    const found = withAutomaticSettings(concrete(), { examples, kind: 'classification' })

    expect(found).toMatchObject({ dropoutRegularizer: 1 / examples, weightRegularizer: 5e-9 / examples })
    expect('dropoutRegularizer' in found && found.dropoutRegularizer).toBeCloseTo(expected, 7)
  })

  it('are twice that with squared error, as in the released notebook: 2/N and l²/N', () => {
    expect(withAutomaticSettings(concrete(), { examples: 5749, kind: 'regression' })).toMatchObject({
      dropoutRegularizer: 2 / 5749,
      weightRegularizer: 1e-8 / 5749,
    })
  })

  it('are never put in the place of what was written, 0 included', () => {
    const written = concrete({ dropoutRegularizer: 0, weightRegularizer: 1e-5 })

    expect(withAutomaticSettings(written, { examples: 10, kind: 'classification' })).toEqual(written)
  })

  it('show in a name with three digits, and as automatic before the data are known', () => {
    const found = withAutomaticSettings(concrete(), { examples: 3668, kind: 'classification' })

    expect(methodLabel(found)).toContain('κ2.73e-4')
    expect(methodLabel(concrete(), ['method.dropoutRegularizer'])).toContain('κ from N')
  })

  it('are none in other methods', () => {
    const plain = methodConfig.parse({ kind: 'fine-tuning' })
    expect(withAutomaticSettings(plain, { examples: 10, kind: 'classification' })).toBe(plain)
  })
})
