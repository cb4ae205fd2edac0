/** Where random numbers come from: counters, not hidden state, so that a resumed run draws what it would have drawn. */
import * as tf from '@tensorflow/tfjs'
import { mixBits } from './seed-mixing.ts'

/**
 * Uniform numbers as a pure function of a key.
 *
 * @param shape shape of the result
 * @param key two 32-bit integers; equal keys give equal numbers
 * @returns float32 of `shape`, in [0, 1)
 */
export type UniformSource = (shape: readonly number[], key: readonly [number, number]) => tf.Tensor

/** Random numbers of one forward pass: every site (a place in the model) draws its own numbers. */
export interface PassRandom {
  /**
   * @param shape shape of the result
   * @param site name of the place that draws, for instance `layer.3.attention-dropout`
   * @returns float32 of `shape`, in [0, 1)
   */
  uniform(shape: readonly number[], site: string): tf.Tensor
}

/** Which of a step's passes draws: they never share numbers. */
export type PassName = 'first' | 'second' | 'mask'

const passNumbers: Readonly<Record<PassName, number>> = { first: 1, second: 2, mask: 3 }

/**
 * Random numbers for one pass of one optimizer step.
 *
 * @param source the backend's numbers
 * @param seed the run's seed
 * @param stepNumber 1-based step over the whole run
 * @param pass which pass of the step
 */
export function passRandom(
  source: UniformSource,
  seed: number,
  stepNumber: number,
  pass: PassName,
): PassRandom {
  const stepKey = mixBits(seed, stepNumber, passNumbers[pass])
  return { uniform: (shape, site) => source(shape, [stepKey, siteKey(site)]) }
}

const siteKeys = new Map<string, number>()

/** FNV-1a over the site's name; remembered, since the same few dozen names come every step. */
function siteKey(site: string): number {
  const known = siteKeys.get(site)
  if (known !== undefined) return known
  let hash = 0x811c9dc5
  for (let i = 0; i < site.length; i++) hash = Math.imul(hash ^ site.charCodeAt(i), 0x01000193)
  siteKeys.set(site, hash | 0)
  return hash | 0
}

/**
 * Uniform numbers made in JavaScript, for backends without a counter-based generator (`cpu`, `wasm`) and for tests.
 *
 * @param shape shape of the result
 * @param key two 32-bit integers
 * @returns float32 of `shape`, multiples of 2⁻²⁴ in [0, 1)
 */
export const javascriptUniform: UniformSource = (shape, key) => {
  const count = shape.reduce((product, size) => product * size, 1)
  const values = new Float32Array(count)
  const start = mixBits(key[0], key[1])
  for (let i = 0; i < count; i++) values[i] = (mixBits(start, i) >>> 8) / 2 ** 24
  return tf.tensor(values, [...shape], 'float32')
}
