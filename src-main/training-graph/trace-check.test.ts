import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { checkTrace } from './trace-check.ts'

/** What the check throws for one loss that is off by `difference`; null when it is content. */
function failureOf(
  difference: number,
  precision: 'float32' | 'bfloat16' = 'float32',
  what = 'fine-tuning, 7 tokens',
  loss = 0.5,
) {
  try {
    const hasShortProducts = precision === 'bfloat16'
    checkTrace(what, [0.25, loss], [0.25, loss + difference, 9], { hasShortProducts })
    return null
  } catch (thrown) {
    return thrown as LabError
  }
}

describe('the check of a trace', () => {
  it('names the function, the example, both losses and the way around', () => {
    const failure = failureOf(0.25)

    expect(failure).toBeInstanceOf(LabError)
    expect(failure).toMatchObject({
      code: 'internal-error',
      message:
        'The traced step (fine-tuning, 7 tokens) gives example 2 the loss 0.75, the eager one 0.5: the trace is wrong.',
    })
    expect(failure!.hint).toContain('LAB_EXECUTION=eager')
  })

  it.each([
    ['float32', 'fine-tuning, 7 tokens', 1e-4, 4e-4],
    ['float32', 'evaluation, 7 tokens', 1e-4, 4e-4],
    ['float32', 'regularized, 7 tokens', 1e-3, 4e-3],
    ['bfloat16', 'fine-tuning, 7 tokens', 0.05, 0.2],
    ['bfloat16', 'regularized, 7 tokens', 0.05, 0.2],
  ] as const)('in %s of a step of %s allows %d and not %d', (precision, what, near, far) => {
    for (const sign of [1, -1]) {
      expect(failureOf(sign * near, precision, what)).toBeNull()
      expect(failureOf(sign * far, precision, what)).not.toBeNull()
      // Large losses are compared relatively.
      expect(failureOf(sign * far, precision, what, 100)).toBeNull()
    }
  })

  it.each([NaN, Infinity, -Infinity])('leaves a loss that both engines give as %s to others', (loss) => {
    expect(failureOf(0, 'float32', 'evaluation, 7 tokens', loss)).toBeNull()
    expect(failureOf(NaN, 'float32', 'evaluation, 7 tokens', 1e20)).toBeNull()
  })

  it.each([NaN, Infinity, -Infinity])(
    'finds a trace wrong that gives %s for an ordinary loss',
    (difference) => {
      expect(failureOf(difference)).not.toBeNull()
      expect(failureOf(difference, 'bfloat16')).not.toBeNull()
    },
  )

  it('finds a trace wrong that gives an ordinary loss where the eager engine gives none', () => {
    const check = (wanted: number) => () => {
      checkTrace('evaluation, 7 tokens', [wanted], [0.5], { hasShortProducts: false })
    }
    for (const wanted of [NaN, Infinity, 1e7]) expect(check(wanted)).toThrow(LabError)
  })
})
