import { describe, expect, it } from 'vitest'
import { engineEnvironment } from './engine-environment.ts'

describe('the environment of an engine process', () => {
  it('asks the C library for one heap, beside all that was there', () => {
    expect(engineEnvironment({ LAB_HOME: 'somewhere' })).toEqual({
      LAB_HOME: 'somewhere',
      MALLOC_ARENA_MAX: '1',
    })
  })

  it('keeps what the person has set', () => {
    expect(engineEnvironment({ MALLOC_ARENA_MAX: '8' })).toEqual({ MALLOC_ARENA_MAX: '8' })
  })
})
