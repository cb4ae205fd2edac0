import { describe, expect, it } from 'vitest'
import { checkTensorflowVersion } from './tensorflow-version.ts'
import type { LabError } from '@shared/failures/failure.ts'

/** The failure of a version, or null. */
function failureOf(version: string): LabError | null {
  try {
    checkTensorflowVersion(version)
    return null
  } catch (thrown) {
    return thrown as LabError
  }
}

describe('the version of the loaded TensorFlow', () => {
  it.each(['2.21.0', '2.21.1', '2.21.0-rc1'])('may be %s', (version) => {
    expect(failureOf(version)).toBeNull()
  })

  it.each(['2.9.1', '2.20.0', '2.2', '2.210.0', '3.21.0', ''])('may not be %j', (version) => {
    expect(failureOf(version)).toMatchObject({ code: 'engine-unavailable' })
  })

  it('is named beside the expected one, with the variables to change', () => {
    const failure = failureOf('2.9.1')!

    expect(failure.message).toBe(
      'TensorFlow 2.9.1 was loaded, but the binding is made for TensorFlow 2.21.x.',
    )
    expect(failure.hint).toContain('LD_LIBRARY_PATH')
    expect(failure.hint).toContain('LAB_ENGINE=wasm')
  })
})
