import { expect, it } from 'vitest'
import { checkTensorflowVersion } from '@main/tensor-backend/tensorflow-version.ts'
import { tensorflowVersion } from './tensorflow-library.mjs'

it('the set-up fetches a TensorFlow that the engine accepts', () => {
  expect(() => checkTensorflowVersion(tensorflowVersion)).not.toThrow()
})
